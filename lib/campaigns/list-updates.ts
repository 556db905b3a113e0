import type { Actor } from '#lib/auth/types.ts'
import { db, type Prisma } from '#lib/db/client.ts'
import { reviewableChapterIds } from '#lib/purposes/policy.ts'
import { personNames } from '#lib/vetting/queries.ts'
import { refuseUpdateReview } from './policy.ts'
import { renderMarkdown } from './render-markdown.ts'
import type { CampaignUpdateForDesk, CampaignUpdateView, WaitingUpdate } from './types.ts'

const WAITING_MAX = 200

/** What everybody may read: all news, but with words that can also serve a war only what another person allowed. */
export const publicUpdates = {
  where: { OR: [{ dualUse: { isEmpty: true } }, { review: { verdict: 'allowed' } }] },
  include: { review: true },
  orderBy: { publishedAt: 'desc' },
} satisfies Prisma.Campaign$updatesArgs

type UpdateRow = Prisma.CampaignUpdateGetPayload<{ include: { review: true } }>

/** News as everybody reads it. What had to wait is as old as the day it was allowed. */
export function updateView({ id, title, bodyMarkdown, publishedAt, review }: UpdateRow): CampaignUpdateView {
  return { id, title, bodyHtml: renderMarkdown(bodyMarkdown), publishedAt: review?.decidedAt ?? publishedAt }
}

export function updateForDesk(row: UpdateRow): CampaignUpdateForDesk {
  const { dualUse, review } = row
  const isPublic = dualUse.length === 0 || review?.verdict === 'allowed'
  const state = isPublic ? 'public' : review ? 'refused' : 'waiting'
  return { ...updateView(row), state, dualUse, reason: review?.reason ?? '' }
}

/** News of the actor's chapters that nobody has allowed or refused yet, the oldest first. */
export async function listWaitingUpdates(actor: Actor): Promise<WaitingUpdate[]> {
  const rows = await db().campaignUpdate.findMany({
    where: {
      ...{ dualUse: { isEmpty: false }, review: null },
      campaign: { chapterId: { in: reviewableChapterIds(actor) } },
    },
    include: { review: true, campaign: { select: { title: true, chapterId: true } } },
    orderBy: { publishedAt: 'asc' },
    take: WAITING_MAX,
  })
  const names = await personNames(
    db(),
    rows.map(({ authorId }) => authorId),
  )
  return rows.map((row) => ({
    ...updateForDesk(row),
    campaignTitle: row.campaign.title,
    author: names.get(row.authorId) ?? 'Somebody',
    refusal:
      refuseUpdateReview(actor, { ...row, chapterId: row.campaign.chapterId, isReviewed: false })?.message ?? null,
  }))
}
