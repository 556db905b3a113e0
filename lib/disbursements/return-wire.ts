import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { returnWire as postReturn } from '#lib/ledger/return-wire.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockDisbursement, requireInScope, requireVersion } from './lock-disbursement.ts'
import { canReturn, requireAllowed } from './policy.ts'
import { stepPosting } from './post-step.ts'
import { reasonSchema } from './schema.ts'
import { nextStatus } from './states.ts'

/**
 * The bank sent the money back: { disbursementId, version, reason }. It is in the fund again as new numbered cents that
 * name the ones that had left; the wire's fee stays spent. Another try is a new disbursement.
 */
export async function returnWire(actor: Actor, input: unknown): Promise<void> {
  const { disbursementId, version, reason } = parseInput(reasonSchema, input)
  const user = await requireInScope(actor, disbursementId)
  const at = now()
  await inTransaction(async (tx) => {
    const locked = await lockDisbursement(tx, disbursementId)
    if (locked.status === 'returned' && locked.endedById === user.userId && locked.version === version + 1) return
    requireAllowed(canReturn(user, locked))
    requireVersion(locked, version)
    if (locked.releaseEntryId === null) throw new Error('released without a ledger entry')
    const { entryId } = await postReturn(tx, {
      ...stepPosting(locked, 'return', user.userId, at),
      releaseEntryId: locked.releaseEntryId,
    })
    await tx.disbursement.update({
      where: { id: locked.id },
      data: {
        status: nextStatus('return', locked.status),
        endedById: user.userId,
        endedAt: at,
        endedReason: reason,
        returnEntryId: entryId,
        version: { increment: 1 },
      },
    })
    await recordEvent(tx, user, {
      action: 'disbursement.return',
      subjectType: 'disbursement',
      subjectId: locked.id,
      chapterId: locked.chapterId,
      reason,
      detail: { at: at.toISOString(), entryId: String(entryId) },
    })
  })
}
