import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { confirmGrant } from '#lib/ledger/confirm-grant.ts'
import { parseInput } from '#lib/parse-input.ts'
import { publishFile } from '#lib/storage/store-file.ts'
import { insertEvidence, storeEvidenceFile } from './add-evidence.ts'
import { lockDisbursement, requireInScope, requireVersion } from './lock-disbursement.ts'
import { canConfirm, requireAllowed } from './policy.ts'
import { stepPosting } from './post-step.ts'
import { confirmSchema } from './schema.ts'
import { nextStatus } from './states.ts'

/**
 * The aid group has the money: { disbursementId, version, evidence }. `evidence` is one more file (as in addEvidence
 * without the id) or null when there is some already; without any it is refused. From here on the evidence is public.
 */
export async function confirmReceipt(actor: Actor, input: unknown): Promise<void> {
  const { disbursementId, version, evidence } = parseInput(confirmSchema, input)
  const user = await requireInScope(actor, disbursementId)
  const at = now()
  const stored = evidence ? await storeEvidenceFile(user, disbursementId, evidence, 'evidence.') : null
  await inTransaction(async (tx) => {
    const locked = await lockDisbursement(tx, disbursementId)
    if (locked.status === 'confirmed' && locked.confirmedById === user.userId && locked.version === version + 1) return
    if (stored) {
      await insertEvidence(tx, user, locked, stored)
      locked.evidenceCount += 1
    }
    requireAllowed(canConfirm(user, locked))
    requireVersion(locked, version)
    if (locked.releaseEntryId === null) throw new Error('released without a ledger entry')
    const { entryId } = await confirmGrant(tx, {
      ...stepPosting(locked, 'confirm', user.userId, at),
      releaseEntryId: locked.releaseEntryId,
    })
    await tx.disbursement.update({
      where: { id: locked.id },
      data: {
        status: nextStatus('confirm', locked.status),
        confirmedById: user.userId,
        confirmedAt: at,
        confirmEntryId: entryId,
        version: { increment: 1 },
      },
    })
    for (const shown of await tx.evidence.findMany({ where: { disbursementId }, select: { fileId: true } })) {
      await publishFile(tx, shown.fileId)
    }
    await recordEvent(tx, user, {
      action: 'disbursement.confirm',
      subjectType: 'disbursement',
      subjectId: locked.id,
      chapterId: locked.chapterId,
      detail: { at: at.toISOString(), version, evidenceCount: locked.evidenceCount, entryId: String(entryId) },
    })
  })
}
