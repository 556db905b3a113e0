import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockHold, requireInScope, requireVersion } from './lock-hold.ts'
import { refuseConfirmation, refuseFailure } from './policy.ts'
import { confirmSchema, failSchema } from './schema.ts'

/** A treasurer says that an aid group's vetting will not be renewed: { holdId, version, reason }. A second person confirms. */
export async function declareFailure(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireUser(actor)
  const { holdId, version, reason } = parseInput(failSchema, input)
  const { campaignId } = await requireInScope(actor, holdId)
  await inTransaction(async (tx) => {
    const { hold } = await lockHold(tx, campaignId, holdId)
    const refusal = refuseFailure(actor, hold)
    if (refusal) throw new AppError(refusal.code, refusal.message)
    requireVersion(hold, version)
    const data = { failedById: userId, failedReason: reason, failedAt: now(), version: { increment: 1 } }
    await tx.campaignHold.update({ where: { id: holdId }, data })
    await recordEvent(tx, actor, {
      ...{ action: 'hold.declare_failure', subjectType: 'campaign_hold', subjectId: holdId },
      ...{ chapterId: hold.chapterId, reason },
    })
  })
}

/** The second person says so too: { holdId, version }. What follows from it is the worker's, within seconds. */
export async function confirmFailure(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireUser(actor)
  const { holdId, version } = parseInput(confirmSchema, input)
  const { campaignId } = await requireInScope(actor, holdId)
  await inTransaction(async (tx) => {
    const { hold } = await lockHold(tx, campaignId, holdId)
    if (hold.confirmedById === userId) return
    const refusal = refuseConfirmation(actor, hold)
    if (refusal) throw new AppError(refusal.code, refusal.message)
    requireVersion(hold, version)
    await tx.campaignHold.update({
      where: { id: holdId },
      data: { confirmedById: userId, version: { increment: 1 } },
    })
    await enqueueJob(tx, 'handle-group-change', { aidGroupId: hold.aidGroupId })
    await recordEvent(tx, actor, {
      ...{ action: 'hold.confirm_failure', subjectType: 'campaign_hold', subjectId: holdId },
      chapterId: hold.chapterId,
    })
  })
}
