import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db, type Prisma } from '#lib/db/client.ts'
import { assertInvariant } from '#lib/errors.ts'
import { deskName } from '#lib/vetting/policy.ts'
import { personNames, publicAidGroupsById, whyNotPayable } from '#lib/vetting/queries.ts'
import { isPayable } from '#lib/vetting/states.ts'
import type { AidGroupChoice } from '#lib/vetting/types.ts'
import { publicUpdates, updateForDesk, updateView } from './list-updates.ts'
import { editedByIds, notFound, requireInScope } from './lock-campaign.ts'
import { lacksOf, refuseStep } from './policy.ts'
import { renderMarkdown } from './render-markdown.ts'
import { publicStatuses } from './states.ts'
import type {
  BudgetLineView,
  CampaignForDesk,
  CampaignRow,
  PublicCampaign,
  PublicCampaignCard,
  PublicStatus,
} from './types.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

const rowInclude = { chapter: { select: { name: true } } } satisfies Prisma.CampaignInclude

/** The campaigns of the chapters in which the actor has a desk, the last changed first. */
export async function listCampaigns(actor: Actor): Promise<CampaignRow[]> {
  const chapterIds = chapterIdsWith(actor, 'organizer', 'treasurer', 'auditor')
  const campaigns = await db().campaign.findMany({
    where: { chapterId: { in: chapterIds } },
    include: rowInclude,
    orderBy: { updatedAt: 'desc' },
  })
  return campaigns.map((campaign) => ({ ...campaign, chapterName: campaign.chapter.name }))
}

/** The campaigns that wait for a review in the actor's chapters, and whether the actor may give it. */
export async function listReviewQueue(actor: Actor): Promise<(CampaignRow & { refusal: string | null })[]> {
  const campaigns = await db().campaign.findMany({
    where: { status: 'in_review', chapterId: { in: chapterIdsWith(actor, 'organizer', 'treasurer') } },
    include: rowInclude,
    orderBy: { updatedAt: 'asc' },
  })
  return await Promise.all(
    campaigns.map(async (campaign) => {
      const facts = { ...campaign, editedByIds: await editedByIds(db(), campaign.id) }
      const refusal = refuseStep(actor, facts, 'approve')?.message ?? null
      return { ...campaign, chapterName: campaign.chapter.name, refusal }
    }),
  )
}

/** One campaign with its history, for somebody of its chapter. Throws `not_found` for anyone else. */
export async function findCampaign(actor: Actor, id: string): Promise<CampaignForDesk> {
  if (!UUID.test(id)) throw notFound()
  await requireInScope(actor, id)
  const campaign = await db().campaign.findUniqueOrThrow({
    where: { id },
    include: {
      ...rowInclude,
      transitions: { orderBy: { at: 'asc' } },
      updates: { orderBy: { publishedAt: 'desc' }, include: { review: true } },
    },
  })
  const { transitions, updates, chapter, ...columns } = campaign
  const { createdById, submittedById, reviewedById } = campaign
  const ids = [createdById, submittedById, reviewedById, ...transitions.map(({ actorId }) => actorId)]
  const people = await personNames(
    db(),
    ids.filter((known) => known !== null),
  )
  const nameOf = (personId: string | null) => (personId === null ? null : (people.get(personId) ?? 'Somebody'))
  const parts = await readParts(db(), campaign)
  return {
    ...columns,
    ...parts,
    chapterName: chapter.name,
    storyHtml: renderMarkdown(campaign.storyMarkdown),
    editedByIds: await editedByIds(db(), id),
    createdBy: nameOf(createdById) ?? 'Somebody',
    submittedBy: nameOf(submittedById),
    reviewedBy: nameOf(reviewedById),
    updates: updates.map(updateForDesk),
    history: transitions.map(({ actorId, ...step }) => ({ ...step, by: nameOf(actorId) ?? 'Somebody' })),
    lacks: lacksOf({ ...campaign, ...parts }, now()),
  }
}

type Parts = { budget: BudgetLineView[]; aidGroups: AidGroupChoice[]; alternate: AidGroupChoice | null }

/** A campaign's budget and aid groups, each group with the reason why no money may go to it now, if there is one. */
export async function readParts(
  client: DbClient,
  campaign: { id: string; chapterId: string; alternateAidGroupId: string | null },
): Promise<Parts> {
  const budget = await client.budgetLine.findMany({ where: { campaignId: campaign.id }, orderBy: { position: 'asc' } })
  const links = await client.campaignAidGroup.findMany({
    where: { campaignId: campaign.id },
    include: { aidGroup: true },
    orderBy: { aidGroup: { name: 'asc' } },
  })
  const { chapterId, alternateAidGroupId } = campaign
  const alternate =
    alternateAidGroupId === null ? null : await client.aidGroup.findUnique({ where: { id: alternateAidGroupId } })
  const aidGroups = links.map(({ aidGroup }) => choiceOf(aidGroup, chapterId))
  return { budget, aidGroups, alternate: alternate && choiceOf(alternate, chapterId) }
}

function choiceOf(group: AidGroup, chapterId: string): AidGroupChoice {
  return {
    id: group.id,
    name: deskName(group, chapterId),
    summary: group.summary,
    unavailable: isPayable(group, now()) ? null : whyNotPayable(group),
  }
}

type AidGroup = Prisma.AidGroupGetPayload<Record<string, never>>

/** An update as it is shown: its text as safe HTML. */
const publicInclude = {
  chapter: { select: { name: true, slug: true, city: true } },
  budgetLines: { orderBy: { position: 'asc' } },
} satisfies Prisma.CampaignInclude

type PublicRow = Prisma.CampaignGetPayload<{ include: typeof publicInclude }>

/** The campaigns anyone may see: live and paused ones first, then those that ended, the newest first. */
export async function listPublicCampaigns(filter: { chapterSlug?: string } = {}): Promise<PublicCampaignCard[]> {
  const campaigns = await db().campaign.findMany({
    where: {
      status: { in: [...publicStatuses] },
      ...(filter.chapterSlug === undefined ? {} : { chapter: { slug: filter.chapterSlug } }),
    },
    include: publicInclude,
    orderBy: [{ status: 'asc' }, { liveAt: 'desc' }],
  })
  return campaigns.map(cardView)
}

/** One of them by its address, or null. */
export async function findPublicCampaign(slug: string): Promise<PublicCampaign | null> {
  const campaign = await db().campaign.findFirst({
    where: { slug, status: { in: [...publicStatuses] } },
    include: { ...publicInclude, aidGroups: true, updates: publicUpdates },
  })
  if (!campaign) return null
  const groups = await publicAidGroupsById(campaign.aidGroups.map(({ aidGroupId }) => aidGroupId))
  return {
    ...cardView(campaign),
    chapterCity: campaign.chapter.city,
    storyHtml: renderMarkdown(campaign.storyMarkdown),
    surplusRule: campaign.surplusRule,
    closedAt: campaign.closedAt,
    budget: campaign.budgetLines.map(({ id, category, description, amountMinor }) => ({
      id,
      category,
      description,
      amountMinor,
    })),
    aidGroups: [...groups.values()],
    updates: campaign.updates.map(updateView),
  }
}

/** Names field by field what becomes public: a column added later stays private until somebody writes it here. */
function cardView(campaign: PublicRow): PublicCampaignCard {
  assertInvariant(campaign.fundId !== null, 'a public campaign has a fund')
  return {
    id: campaign.id,
    slug: campaign.slug,
    title: campaign.title,
    summary: campaign.summary,
    status: campaign.status as PublicStatus,
    goalMinor: campaign.goalMinor,
    currency: campaign.currency,
    deadline: campaign.deadline,
    coverFileId: campaign.coverFileId,
    coverAlt: campaign.coverAlt,
    fundId: campaign.fundId,
    chapterSlug: campaign.chapter.slug,
    chapterName: campaign.chapter.name,
    liveAt: campaign.liveAt,
    categories: [...new Set(campaign.budgetLines.map(({ category }) => category))],
  }
}
