import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor, Role } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db, type Prisma } from '#lib/db/client.ts'
import { notFound, requireInScope, workedOnByIds } from './move-group.ts'
import { deskName } from './policy.ts'
import { isPayable } from './states.ts'
import type { AidGroupChoice, AidGroupForDesk, AidGroupRow, AidGroupStatus, PublicAidGroup } from './types.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const PUBLIC_CAMPAIGNS = ['live', 'paused', 'closed', 'settled'] as const
const EVER_APPROVED = [
  'approved',
  'approved_with_conditions',
  'expiring',
  'expired',
  'suspended',
  'rescreen_hit',
] as const
// Neither of them tells anyone why: a hit, a doubt and an ordinary renewal look the same from outside.
const LOOKED_AT_AGAIN: readonly AidGroupStatus[] = [
  'suspended',
  'rescreen_hit',
  'in_review',
  'info_requested',
  'pending_second_approval',
]

/** The aid groups of the actor's chapters, those that wait longest first. */
export async function listAidGroups(actor: Actor): Promise<AidGroupRow[]> {
  const chapterIds = chapterIdsWith(actor, 'organizer', 'treasurer', 'vetting_reviewer', 'auditor')
  const groups = await db().aidGroup.findMany({
    where: { chapterId: { in: chapterIds } },
    include: {
      chapter: { select: { name: true } },
      changes: { orderBy: { at: 'desc' }, take: 1, select: { at: true } },
    },
  })
  return groups
    .map((group) => ({ ...group, chapterName: group.chapter.name, since: group.changes[0]?.at ?? group.createdAt }))
    .sort((a, b) => a.since.getTime() - b.since.getTime())
}

/** One aid group with its history, for somebody of its chapter. Throws `not_found` for anyone else. */
export async function findAidGroup(actor: Actor, id: string): Promise<AidGroupForDesk> {
  const include = { chapter: { select: { name: true } }, changes: { orderBy: { at: 'asc' } } } as const
  if (!UUID.test(id)) throw notFound()
  await requireInScope(actor, id)
  const group = await db().aidGroup.findUniqueOrThrow({ where: { id }, include })
  const people = await personNames(db(), [
    ...group.changes.map(({ actorId }) => actorId),
    ...[group.nominatedById, group.reviewedById, group.approvedById].filter((known) => known !== null),
  ])
  const nameOf = (personId: string | null) => (personId === null ? null : (people.get(personId) ?? 'Somebody'))
  return {
    ...group,
    chapterName: group.chapter.name,
    since: group.changes.at(-1)?.at ?? group.createdAt,
    nominatedBy: nameOf(group.nominatedById),
    reviewedBy: nameOf(group.reviewedById),
    approvedBy: nameOf(group.approvedById),
    payable: isPayable(group, now()),
    workedOnByIds: await workedOnByIds(db(), id),
    changes: group.changes.map(({ actorId, ...change }) => ({ ...change, by: nameOf(actorId) ?? actorId })),
  }
}

/** The names behind the ids of history rows; programs of ours are named as such. */
export async function personNames(client: DbClient, ids: readonly string[]): Promise<Map<string, string>> {
  const users = await client.user.findMany({
    where: { id: { in: [...new Set(ids)].filter((id) => UUID.test(id)) } },
    select: { id: true, name: true },
  })
  const names = new Map(users.map(({ id, name }) => [id, name ?? 'A member without a name']))
  for (const id of ids) {
    if (id.startsWith('system:')) names.set(id, 'Common Purse itself')
    if (id.startsWith('applicant:')) names.set(id, 'The aid group, through its link')
  }
  return names
}

/**
 * What an organizer of the chapter may choose for a campaign: every group of the chapter, with the reason where it is
 * not available, and the payable groups of the rest of the federation under their public names.
 */
export async function listChoices(chapterId: string): Promise<AidGroupChoice[]> {
  const groups = await db().aidGroup.findMany({
    where: { status: { notIn: ['draft', 'rejected', 'withdrawn'] } },
    orderBy: { name: 'asc' },
  })
  return groups
    .filter((group) => group.chapterId === chapterId || isPayable(group, now()))
    .map((group) => ({
      id: group.id,
      name: deskName(group, chapterId),
      summary: group.summary,
      unavailable: isPayable(group, now()) ? null : whyNotPayable(group),
    }))
    .sort((a, b) => Number(a.unavailable !== null) - Number(b.unavailable !== null))
}

/** Why no money may go to the group now, in a sentence for organizers. */
export function whyNotPayable(group: { status: AidGroupStatus; approvedUntil: Date | null }): string {
  if (group.status === 'suspended' || group.status === 'rescreen_hit') return 'Suspended by the vetting reviewers.'
  if (group.status === 'rejected') return 'The vetting ended with a no.'
  if (group.status === 'withdrawn') return 'Withdrawn.'
  const ended = group.approvedUntil !== null && group.approvedUntil <= now()
  if (group.status === 'expired' || ended) return 'Its approval has ended and must be renewed.'
  return 'Its vetting is not finished.'
}

/** Those approved now or before; whoever is looked at again stays known, because what they received does. */
const publicWhere = {
  OR: [{ status: { in: [...EVER_APPROVED] } }, { approvals: { some: {} } }],
} satisfies Prisma.AidGroupWhereInput

const publicInclude = {
  chapter: { select: { name: true } },
  approvals: { orderBy: [{ at: 'desc' }, { id: 'desc' }], take: 1, select: { at: true, until: true } },
  campaigns: {
    where: { campaign: { status: { in: [...PUBLIC_CAMPAIGNS] } } },
    select: { campaign: { select: { slug: true, title: true, summary: true, status: true } } },
  },
} satisfies Prisma.AidGroupInclude

/** The aid groups the public may know: those approved now, and those approved before. */
export async function listPublicAidGroups(): Promise<PublicAidGroup[]> {
  const groups = await db().aidGroup.findMany({
    where: publicWhere,
    include: publicInclude,
    orderBy: { approvedAt: 'desc' },
  })
  return groups.map(publicView).sort((a, b) => Number(a.status !== 'approved') - Number(b.status !== 'approved'))
}

/** One of them by its address, or null. */
export async function findPublicAidGroup(slug: string): Promise<PublicAidGroup | null> {
  const group = await db().aidGroup.findFirst({
    where: { slug, ...publicWhere },
    include: publicInclude,
  })
  return group ? publicView(group) : null
}

/** What anyone may know of the groups with these ids, by id; for pages about campaigns and disbursements. */
export async function publicAidGroupsById(ids: readonly string[]): Promise<Map<string, PublicAidGroup>> {
  const groups = await db().aidGroup.findMany({ where: { id: { in: [...ids] } }, include: publicInclude })
  return new Map(groups.map((group) => [group.id, publicView(group)]))
}

type PublicRow = Prisma.AidGroupGetPayload<{ include: typeof publicInclude }>

/** Names field by field what becomes public: a column added later stays private until somebody writes it here. */
function publicView(group: PublicRow): PublicAidGroup {
  const [approval] = group.approvals
  return {
    id: group.id,
    slug: group.slug,
    name: group.publicAlias ?? group.name,
    summary: group.summary,
    country: group.country,
    status: isPayable(group, now()) ? 'approved' : LOOKED_AT_AGAIN.includes(group.status) ? 'paused' : 'ended',
    vettedSince: approval?.at ?? group.approvedAt,
    approvedUntil: approval?.until ?? group.approvedUntil,
    conditions: group.conditions !== null,
    chapterName: group.chapter.name,
    campaigns: group.campaigns.map(({ campaign }) => campaign as PublicAidGroup['campaigns'][number]),
  }
}

/** The chapters in which the actor holds one of the roles, by name. */
export async function listChaptersWith(
  actor: Actor,
  ...roles: Role[]
): Promise<{ id: string; name: string; currency: string }[]> {
  return await db().chapter.findMany({
    where: { id: { in: chapterIdsWith(actor, ...roles) } },
    select: { id: true, name: true, currency: true },
    orderBy: { name: 'asc' },
  })
}
