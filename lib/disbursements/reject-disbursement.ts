import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockDisbursement, requireInScope, requireVersion } from './lock-disbursement.ts'
import { canReject, requireAllowed } from './policy.ts'
import { reasonSchema } from './schema.ts'
import { nextStatus } from './states.ts'

/** A treasurer who did not ask for it says no, and why: { disbursementId, version, reason }. */
export async function rejectDisbursement(actor: Actor, input: unknown): Promise<void> {
  const { disbursementId, version, reason } = parseInput(reasonSchema, input)
  const user = await requireInScope(actor, disbursementId)
  const at = now()
  await inTransaction(async (tx) => {
    const locked = await lockDisbursement(tx, disbursementId)
    if (locked.status === 'rejected' && locked.endedById === user.userId && locked.version === version + 1) return
    requireAllowed(canReject(user, locked))
    requireVersion(locked, version)
    await tx.disbursement.update({
      where: { id: locked.id },
      data: {
        status: nextStatus('reject', locked.status),
        endedById: user.userId,
        endedAt: at,
        endedReason: reason,
        version: { increment: 1 },
      },
    })
    await recordEvent(tx, user, {
      action: 'disbursement.reject',
      subjectType: 'disbursement',
      subjectId: locked.id,
      chapterId: locked.chapterId,
      reason,
      detail: { at: at.toISOString() },
    })
  })
}
