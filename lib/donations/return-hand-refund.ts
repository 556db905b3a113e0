import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { parseInput } from '#lib/parse-input.ts'
import { handReturnSchema } from './check-offline-gift.ts'
import { lockDonation } from './lock-donation.ts'
import { canRefund } from './policy.ts'
import { requireGiftInScope } from './require-gift.ts'
import { isUuid } from './schema.ts'

const noSuchRefund = () => new AppError('not_found', 'There is no such refund.')

/**
 * A refund by hand came back, or was written down by mistake: { refundId, reason }. Its entry gets its mirror, and where
 * it had settled a giver's choice, that is open again and its cents are set aside. Throws `wrong_state` while the refund, or
 * the rest of its gift, is matched to a bank line.
 */
export async function returnHandRefund(actor: Actor, input: unknown): Promise<void> {
  const { refundId, reason } = parseInput(handReturnSchema, input)
  const found = isUuid(refundId) ? await db().refund.findFirst({ where: { id: refundId, origin: 'hand' } }) : null
  if (!found) throw noSuchRefund()
  const { donationId } = found
  const { user, chapterId } = await requireGiftInScope(actor, donationId)
  if (!canRefund(user, chapterId)) throw new AppError('forbidden', 'Only treasurers of the chapter do this.')
  await inTransaction(async (tx) => {
    await lockDonation(tx, donationId)
    const refund = await tx.refund.findUniqueOrThrow({ where: { id: refundId }, include: { donation: true } })
    const [entryId] = refund.entryIds
    if (refund.status === 'failed' || entryId === undefined) return
    if (await isMatched(tx, entryId))
      throw new AppError('wrong_state', 'It is matched to a bank line. Undo that first.')
    if (refund.paidFromBank === null && refund.donation.depositEntryId !== null) {
      throw new AppError('wrong_state', 'The rest of this gift is matched to a bank line. Undo that first.')
    }
    const reversal = await reverseEntry(tx, {
      ...{ idempotencyKey: `hand-refund-back:${refundId}`, sourceType: 'hand_refund', sourceId: refundId },
      ...{ effectiveAt: now(), actorId: user.userId, memo: reason, entryId },
    })
    const nobody = { ownMinor: 0n, otherMinor: 0n, reserveMinor: 0n, receivableMinor: 0n }
    await tx.refund.update({
      where: { id: refundId },
      data: { ...nobody, status: 'failed', failureReason: reason, entryIds: [entryId, reversal.entryId] },
    })
    await enqueueJob(tx, 'mail-receipt', { donationId }, { jobKey: `mail-receipt:${donationId}` })
    await recordEvent(tx, user, {
      ...{ action: 'donation.return_refund', subjectType: 'donation', subjectId: donationId, chapterId, reason },
      detail: { refundId, entryId: String(reversal.entryId) },
    })
  })
}

async function isMatched(tx: DbClient, entryId: bigint): Promise<boolean> {
  return (await tx.bankMatchMovement.count({ where: { entryId, active: true } })) > 0
}
