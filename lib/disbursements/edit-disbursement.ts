import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { cancelEncumbrance } from '#lib/ledger/cancel-encumbrance.ts'
import { parseInput } from '#lib/parse-input.ts'
import { countRefusals, requireLinesWithin, requireOpenGates } from './check-gates.ts'
import { checkWords } from './check-words.ts'
import { type LockedDisbursement, lockDisbursement, requireInScope, requireVersion } from './lock-disbursement.ts'
import { canEdit, requireAllowed } from './policy.ts'
import { stepPosting } from './post-step.ts'
import { requireGroupOf, sumOf } from './request-disbursement.ts'
import { decisionSchema, requestSchema } from './schema.ts'

/**
 * Changes a request before the money is sent: { disbursementId, version, aidGroupId, purpose, lines }. What was already
 * approved is no longer what people agreed to: the approval becomes void, the promise is taken back, and it begins again.
 */
export async function editDisbursement(actor: Actor, input: unknown): Promise<{ approvalVoid: boolean }> {
  const { disbursementId, version } = parseInput(decisionSchema, input)
  const user = await requireInScope(actor, disbursementId)
  const { currency } = await db().disbursement.findUniqueOrThrow({ where: { id: disbursementId } })
  const { lines, ...edit } = parseInput(requestSchema(currency), input)
  const amountMinor = sumOf(lines)
  const at = now()
  const change = async (tx: DbClient) => {
    const locked = await lockDisbursement(tx, disbursementId)
    requireAllowed(canEdit(user, locked))
    requireVersion(locked, version)
    const groups = await tx.campaignAidGroup.findMany({ where: { campaignId: locked.campaignId } })
    requireGroupOf({ aidGroups: groups }, edit.aidGroupId)
    const approvalVoid = locked.encumbranceEntryId !== null
    // A new version would free the promise while the bank may have sent the money.
    if (locked.sendingById !== null) {
      throw new AppError(
        'conflict',
        'Somebody is making this wire. They record it, or cancel it, before it can change.',
      )
    }
    await checkWords(tx, input, { ...edit, lines })
    if (approvalVoid) await voidApproval(tx, locked, user.userId, at)
    await requireOpenGates(tx, { ...locked, id: null, aidGroupId: edit.aidGroupId, amountMinor })
    await requireLinesWithin(tx, edit.aidGroupId, lines)
    // The row is written before its lines: the database takes lines only together with a new version.
    await tx.disbursement.update({
      where: { id: locked.id },
      data: { ...edit, amountMinor, version: { increment: 1 } },
    })
    await tx.disbursementLine.deleteMany({ where: { disbursementId: locked.id } })
    await tx.disbursementLine.createMany({ data: lines.map((line) => ({ ...line, disbursementId: locked.id })) })
    await recordEvent(tx, user, {
      action: 'disbursement.edit',
      subjectType: 'disbursement',
      subjectId: locked.id,
      chapterId: locked.chapterId,
      detail: {
        at: at.toISOString(),
        amountMinor: String(amountMinor),
        before: String(locked.amountMinor),
        approvalVoid,
      },
    })
    return { approvalVoid }
  }
  return countRefusals({ stage: 'request', disbursementId }, () => inTransaction(change))
}

async function voidApproval(tx: DbClient, locked: LockedDisbursement, userId: string, at: Date): Promise<void> {
  const { encumbranceEntryId } = locked
  if (encumbranceEntryId === null) return
  await cancelEncumbrance(tx, { ...stepPosting(locked, 'void', userId, at), encumbranceEntryId })
  await tx.disbursement.update({
    where: { id: locked.id },
    data: {
      status: 'requested',
      approvedById: null,
      approvedAt: null,
      encumbranceEntryId: null,
      sendingById: null,
      sendingAt: null,
      version: { increment: 1 },
    },
  })
}
