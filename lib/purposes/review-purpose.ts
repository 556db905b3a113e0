import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { refuseReview, reviewableChapterIds } from './policy.ts'
import { reviewSchema } from './schema.ts'

/**
 * Another person's word on the dual-use words of a request: { disbursementId, version, verdict, reason }. It counts for
 * that version only; a changed request is looked at again. Which words it was about the database writes down.
 */
export async function reviewPurpose(actor: Actor, input: unknown): Promise<void> {
  const user = requireUser(actor)
  const { disbursementId, version, verdict, reason } = parseInput(reviewSchema, input)
  await requireInScope(user, disbursementId)
  await inTransaction(async (tx) => {
    const subject = await lockSubject(tx, disbursementId)
    const refusal = refuseReview(user, subject)
    if (refusal) throw new AppError(refusal.code, refusal.message)
    if (subject.version !== version) {
      throw new AppError('conflict', 'This request was changed while you looked at it. Read it again, then decide.')
    }
    const [found] = await tx.$queryRaw<{ count: number }[]>`
      SELECT count(*)::integer AS count FROM purpose_findings_of(${disbursementId}::uuid) WHERE kind = 'dual_use'`
    if (!found?.count) throw new AppError('wrong_state', 'Nothing in this request needs to be looked at.')
    const decision = { verdict, reason, decidedById: user.userId, decidedAt: now() }
    await tx.purposeReview.createMany({
      data: [{ id: newId(), disbursementId, version, wordIds: [], words: [], ...decision }],
    })
    await recordEvent(tx, user, {
      action: 'disbursement.review_purpose',
      subjectType: 'disbursement',
      subjectId: disbursementId,
      chapterId: subject.chapterId,
      reason,
      detail: { version, verdict },
    })
  })
}

async function requireInScope(user: UserActor, disbursementId: string): Promise<void> {
  const found = await db().disbursement.findUnique({
    where: { id: disbursementId },
    select: { campaign: { select: { chapterId: true } } },
  })
  if (found && reviewableChapterIds(user).includes(found.campaign.chapterId)) return
  if (found) {
    const { chapterId } = found.campaign
    await recordRefusedAccess(user, { subjectType: 'disbursement', subjectId: disbursementId, chapterId })
  }
  throw new AppError('not_found', 'There is no such disbursement.')
}

type Subject = { chapterId: string; requestedById: string; status: string; version: number; isReviewed: boolean }

async function lockSubject(tx: DbClient, disbursementId: string): Promise<Subject> {
  const [subject] = await tx.$queryRaw<Subject[]>`
    SELECT c.chapter_id AS "chapterId", d.requested_by_id AS "requestedById", d.status::text AS status, d.version,
      EXISTS (SELECT FROM purpose_review r WHERE r.disbursement_id = d.id AND r.version = d.version) AS "isReviewed"
    FROM disbursement d JOIN campaign c ON c.id = d.campaign_id WHERE d.id = ${disbursementId}::uuid FOR UPDATE OF d`
  if (!subject) throw new AppError('not_found', 'There is no such disbursement.')
  return subject
}
