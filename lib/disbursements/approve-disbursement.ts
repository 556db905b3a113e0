import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { encumberFund } from '#lib/ledger/encumber-fund.ts'
import { parseInput } from '#lib/parse-input.ts'
import { requireReview } from '#lib/purposes/require-review.ts'
import { countRefusals, requireOpenGates } from './check-gates.ts'
import { lockDisbursement, requireInScope, requireVersion } from './lock-disbursement.ts'
import { canApprove, requireAllowed } from './policy.ts'
import { stepPosting } from './post-step.ts'
import { decisionSchema } from './schema.ts'
import { nextStatus } from './states.ts'

/**
 * The second person agrees to the version they saw: { disbursementId, version }. The money is promised from here on and
 * can be promised to nobody else. Throws `segregation_of_duties` to the requester, `insufficient_funds` saying how much
 * is there, `aid_group_not_approved`, and `conflict` when it was changed meanwhile. Repeating it changes nothing.
 */
export async function approveDisbursement(actor: Actor, input: unknown): Promise<{ replayed: boolean }> {
  const { disbursementId, version } = parseInput(decisionSchema, input)
  const user = await requireInScope(actor, disbursementId)
  const at = now()
  const approve = async (tx: DbClient) => {
    const locked = await lockDisbursement(tx, disbursementId)
    const mine = locked.approvedById === user.userId && locked.version === version + 1
    if (locked.status === 'approved' && mine) return { replayed: true }
    requireAllowed(canApprove(user, locked))
    requireVersion(locked, version)
    await requireReview(tx, locked.id)
    await requireOpenGates(tx, locked)
    const { entryId } = await encumberFund(tx, {
      ...stepPosting(locked, 'approve', user.userId, at),
      fundId: locked.fundId,
      amountMinor: locked.amountMinor,
    })
    await tx.disbursement.update({
      where: { id: locked.id },
      data: {
        status: nextStatus('approve', locked.status),
        approvedById: user.userId,
        approvedAt: at,
        encumbranceEntryId: entryId,
        version: { increment: 1 },
      },
    })
    await recordEvent(tx, user, {
      action: 'disbursement.approve',
      subjectType: 'disbursement',
      subjectId: locked.id,
      chapterId: locked.chapterId,
      detail: { at: at.toISOString(), version, amountMinor: String(locked.amountMinor), entryId: String(entryId) },
    })
    return { replayed: false }
  }
  return countRefusals({ stage: 'approval', disbursementId }, () => inTransaction(approve))
}
