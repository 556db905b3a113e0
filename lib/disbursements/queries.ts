import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db, type Prisma } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { deskName } from '#lib/vetting/policy.ts'
import { askGates } from './check-gates.ts'
import { canRequest, explainGate, readableChapterIds } from './policy.ts'
import { OPEN_FOR_REQUESTS } from './states.ts'
import type { DeskFund, DisbursementRow, RequestTarget } from './types.ts'

const ROWS_MAX = 500

export const rowInclude = {
  campaign: { select: { chapterId: true, title: true, slug: true, chapter: { select: { name: true } } } },
  aidGroup: {
    select: { chapterId: true, name: true, status: true, approvedUntil: true, conditions: true, publicAlias: true },
  },
  _count: { select: { evidence: true } },
} satisfies Prisma.DisbursementInclude

type FullRow = Prisma.DisbursementGetPayload<{ include: typeof rowInclude }>

/** The disbursements of the actor's chapters, the newest first; at most 500. */
export async function listDisbursements(actor: Actor): Promise<DisbursementRow[]> {
  const rows = await db().disbursement.findMany({
    where: { campaign: { chapterId: { in: readableChapterIds(actor) } } },
    include: rowInclude,
    orderBy: { number: 'desc' },
    take: ROWS_MAX,
  })
  const people = await accountPeople(rows.map(({ aidGroupId }) => aidGroupId))
  return rows.map((row) => toRow(row, people))
}

type AccountPeople = ReadonlyMap<string, readonly string[]>

/** Who entered the bank account in force of each aid group. */
export async function accountPeople(aidGroupIds: readonly string[]): Promise<AccountPeople> {
  const rows = await db().$queryRaw<{ id: string; people: string[] }[]>`
    SELECT g.id, ARRAY(SELECT behind::text FROM aid_group_account_people(g.id) AS behind) AS people
    FROM unnest(${[...new Set(aidGroupIds)]}::uuid[]) AS g (id)`
  return new Map(rows.map(({ id, people }) => [id, people]))
}

/** One line of the desk's table. */
export function toRow(row: FullRow, people: AccountPeople): DisbursementRow {
  const { id, number, status, purpose, currency, amountMinor, requestedAt } = row
  return {
    id,
    number,
    status,
    purpose,
    currency,
    amountMinor,
    requestedAt,
    since: row.endedAt ?? row.confirmedAt ?? row.releasedAt ?? row.approvedAt ?? requestedAt,
    chapterId: row.campaign.chapterId,
    campaignId: row.campaignId,
    campaignTitle: row.campaign.title,
    aidGroupName: deskName(row.aidGroup, row.campaign.chapterId),
    facts: {
      chapterId: row.campaign.chapterId,
      status,
      amountMinor,
      releaseThresholdMinor: row.releaseThresholdMinor,
      requestedById: row.requestedById,
      approvedById: row.approvedById,
      evidenceCount: row._count.evidence,
      accountPeopleIds: people.get(row.aidGroupId) ?? [],
    },
  }
}

/** Every fund of the actor's chapters with its money now: campaigns first, by title, then the general fund. */
export async function listFunds(actor: Actor): Promise<DeskFund[]> {
  const chapters = await db().chapter.findMany({
    where: { id: { in: readableChapterIds(actor) } },
    orderBy: { name: 'asc' },
    include: { campaigns: { where: { fundId: { not: null } }, orderBy: { title: 'asc' } } },
  })
  const wanted = chapters.flatMap((chapter) => [
    ...chapter.campaigns.map(({ id, title, fundId }) => ({ chapter, fundId, campaignId: id, campaignTitle: title })),
    { chapter, fundId: chapter.generalFundId, campaignId: null, campaignTitle: null },
  ])
  const funds: DeskFund[] = []
  for (const { chapter, fundId, ...campaign } of wanted) {
    if (fundId === null) continue
    funds.push({ ...(await fundHeadroom(db(), fundId)), ...campaign, chapterName: chapter.name })
  }
  return funds
}

/** The campaigns that the actor may ask money from. */
export async function listRequestTargets(actor: Actor): Promise<{ id: string; title: string; chapterName: string }[]> {
  const chapterIds = readableChapterIds(actor).filter((chapterId) => canRequest(actor, chapterId).allowed)
  const campaigns = await db().campaign.findMany({
    where: { chapterId: { in: chapterIds }, status: { in: [...OPEN_FOR_REQUESTS] }, fundId: { not: null } },
    include: { chapter: { select: { name: true } } },
    orderBy: { title: 'asc' },
  })
  return campaigns.map(({ id, title, chapter }) => ({ id, title, chapterName: chapter.name }))
}

/** One of them, with its fund's money and its aid groups. Throws `not_found`. */
export async function findRequestTarget(actor: Actor, campaignId: string): Promise<RequestTarget> {
  const campaign = await db().campaign.findFirst({
    where: { id: campaignId, chapterId: { in: readableChapterIds(actor) }, status: { in: [...OPEN_FOR_REQUESTS] } },
    include: { chapter: true, aidGroups: { include: { aidGroup: true } } },
  })
  if (!campaign?.fundId) throw new AppError('not_found', 'There is no such campaign.')
  const aidGroups: RequestTarget['aidGroups'] = []
  for (const { aidGroup } of campaign.aidGroups) {
    aidGroups.push({
      id: aidGroup.id,
      name: deskName(aidGroup, campaign.chapterId),
      reason: await payableReason(aidGroup, campaign),
    })
  }
  return {
    campaignId: campaign.id,
    title: campaign.title,
    chapterId: campaign.chapterId,
    chapterName: campaign.chapter.name,
    currency: campaign.currency,
    releaseThresholdMinor: campaign.chapter.releaseThresholdMinor,
    fund: await fundHeadroom(db(), campaign.fundId),
    aidGroups: aidGroups.sort((one, other) => one.name.localeCompare(other.name)),
  }
}

type Payee = { id: string; status: string; approvedUntil: Date | null }

/** Why not even the smallest payment may go to the aid group now, or null. The database's own gates have the word. */
async function payableReason(group: Payee, campaign: { id: string; currency: string }): Promise<string | null> {
  const at = now()
  const payment = {
    id: null,
    aidGroupId: group.id,
    campaignId: campaign.id,
    amountMinor: 1n,
    currency: campaign.currency,
  }
  const shut = (await askGates(db(), payment, at)).find(({ isShut }) => isShut)
  return shut ? explainGate(shut, { group, at, currency: campaign.currency }) : null
}
