import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { cancelEncumbrance } from '#lib/ledger/cancel-encumbrance.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockDisbursement, requireInScope, requireVersion } from './lock-disbursement.ts'
import { canCancel, requireAllowed } from './policy.ts'
import { stepPosting } from './post-step.ts'
import { cancelSchema } from './schema.ts'
import { nextStatus } from './states.ts'

/**
 * Calls off what has not been sent: { disbursementId, version, reason, nothingLeft }. A promise in the ledger is taken back. While
 * somebody is making the wire it is refused to everybody else, because the money may already be on its way; and whoever is
 * making it has to say that nothing left the bank.
 */
export async function cancelDisbursement(actor: Actor, input: unknown): Promise<void> {
  const { disbursementId, version, reason, nothingLeft } = parseInput(cancelSchema, input)
  const user = await requireInScope(actor, disbursementId)
  const at = now()
  await inTransaction(async (tx) => {
    const locked = await lockDisbursement(tx, disbursementId)
    if (locked.status === 'cancelled' && locked.endedById === user.userId && locked.version === version + 1) return
    requireAllowed(canCancel(user, locked))
    requireVersion(locked, version)
    if (locked.sendingById !== null && locked.sendingById !== user.userId) {
      throw new AppError('conflict', 'Somebody said they are making this wire. Ask them before you cancel it.')
    }
    if (locked.sendingById !== null && !nothingLeft) {
      const message =
        'You began this wire. Look at the bank’s statement: if nothing left, tick the box, else record the wire.'
      throw new AppError('conflict', 'Some fields need your attention.', { fieldErrors: { nothingLeft: [message] } })
    }
    const { encumbranceEntryId } = locked
    if (encumbranceEntryId !== null) {
      await cancelEncumbrance(tx, { ...stepPosting(locked, 'cancel', user.userId, at), encumbranceEntryId })
    }
    await tx.disbursement.update({
      where: { id: locked.id },
      data: {
        status: nextStatus('cancel', locked.status),
        endedById: user.userId,
        endedAt: at,
        endedReason: reason,
        version: { increment: 1 },
      },
    })
    await recordEvent(tx, user, {
      action: 'disbursement.cancel',
      subjectType: 'disbursement',
      subjectId: locked.id,
      chapterId: locked.chapterId,
      reason,
      detail: { at: at.toISOString() },
    })
  })
}
