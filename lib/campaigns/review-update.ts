import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { requireCivilian } from '#lib/purposes/check-purpose.ts'
import { reviewableChapterIds } from '#lib/purposes/policy.ts'
import { countRefusals } from './check-words.ts'
import { refuseUpdateReview } from './policy.ts'
import { updateReviewSchema } from './schema.ts'

/**
 * Another person's word on news that names goods which can also serve a war: { updateId, verdict, reason }. Allowed, it
 * is public at once; refused, it never is, and its author writes another one. The decision is for ever.
 */
export async function reviewUpdate(actor: Actor, input: unknown): Promise<void> {
  const user = requireUser(actor)
  const { updateId, verdict, reason } = parseInput(updateReviewSchema, input)
  const { campaignId, title, bodyMarkdown, ...facts } = await findSubject(actor, updateId)
  const decide = async (tx: DbClient) => {
    const isReviewed = (await tx.campaignUpdateReview.count({ where: { updateId } })) > 0
    const refusal = refuseUpdateReview(user, { ...facts, isReviewed })
    if (refusal) throw new AppError(refusal.code, refusal.message)
    if (verdict === 'allowed') await requireCivilian(tx, [{ field: 'verdict', text: `${title}\n${bodyMarkdown}` }])
    const decision = { updateId, verdict, reason, decidedById: user.userId, decidedAt: now() }
    const { count } = await tx.campaignUpdateReview.createMany({ data: [decision], skipDuplicates: true })
    if (count === 0) throw new AppError('conflict', 'Somebody has decided about it just now. Load the page again.')
    await recordEvent(tx, user, {
      action: 'campaign.review_update',
      subjectType: 'campaign',
      subjectId: campaignId,
      chapterId: facts.chapterId,
      reason,
      detail: { updateId, verdict },
    })
  }
  await countRefusals(campaignId, () => inTransaction(decide))
}

async function findSubject(actor: Actor, updateId: string) {
  const found = await db().campaignUpdate.findUnique({
    where: { id: updateId },
    include: { campaign: { select: { chapterId: true } } },
  })
  if (found && reviewableChapterIds(actor).includes(found.campaign.chapterId)) {
    return { ...found, chapterId: found.campaign.chapterId }
  }
  if (found) {
    const { chapterId } = found.campaign
    await recordRefusedAccess(actor, { subjectType: 'campaign', subjectId: found.campaignId, chapterId })
  }
  throw new AppError('not_found', 'There is no such update.')
}
