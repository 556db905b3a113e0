import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { findWriter } from './find-writer.ts'
import { notFound, requireInScope } from './move-group.ts'
import { idText, longText } from './schema.ts'
import type { Refusal } from './types.ts'

const verificationSchema = z.object({
  aidGroupId: idText,
  accountId: idText,
  method: z.enum(['call_back', 'bank_letter', 'test_transfer', 'in_person'], 'Choose how you made sure.'),
  note: longText('what you did', 3, 1000),
})

/**
 * A second person says that the account in force is the organization's own, and by which way outside of the application
 * they made sure: { aidGroupId, accountId, method, note }. Never who entered it or nominated the aid group. Whoever
 * verifies does not give the next approval. Throws `segregation_of_duties`, `forbidden`, and `conflict` when the account
 * was replaced or verified meanwhile.
 */
export async function verifyBank(actor: Actor, input: unknown): Promise<void> {
  const user = requireUser(actor)
  const { aidGroupId, accountId, method, note } = parseInput(verificationSchema, input)
  await requireInScope(actor, aidGroupId)
  const at = now()
  await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM aid_group WHERE id = ${aidGroupId}::uuid FOR UPDATE`
    const group = await tx.aidGroup.findUnique({ where: { id: aidGroupId } })
    const account = await tx.dossierBankAccount.findFirst({ where: { id: accountId, aidGroupId } })
    if (!group || !account) throw notFound()
    const refusal = refuseVerification(actor, {
      ...group,
      enteredBy: await findWriter(tx, account.enteredBy, user.userId),
    })
    if (refusal) throw new AppError(refusal.code, refusal.message)
    if (account.replacedAt !== null) {
      throw new AppError('conflict', 'This account was replaced while you looked at it. Load the page again.')
    }
    if (account.verifiedAt !== null) throw new AppError('conflict', 'This account is already verified.')
    await tx.dossierBankAccount.update({
      where: { id: accountId },
      data: { verifiedById: user.userId, verifiedAt: at, verificationMethod: method, verificationNote: note },
    })
    await recordEvent(tx, actor, {
      action: 'aid_group.verify_bank',
      subjectType: 'aid_group',
      subjectId: aidGroupId,
      chapterId: group.chapterId,
      detail: { accountId, method, fingerprint: account.fingerprint },
    })
  })
}

/** Why the actor may not verify the account, or null. Pure: pages show it, the write throws it. */
export function refuseVerification(
  actor: Actor,
  facts: { chapterId: string; nominatedById: string | null; enteredBy: string },
): Refusal | null {
  if (actor.kind !== 'user' || !hasRole(actor, facts.chapterId, 'vetting_reviewer', 'treasurer')) {
    return { code: 'forbidden', message: 'Only a vetting reviewer or a treasurer of this chapter can do this.' }
  }
  if (actor.userId === facts.enteredBy) {
    return { code: 'segregation_of_duties', message: 'You entered this account, so another person verifies it.' }
  }
  if (actor.userId === facts.nominatedById) {
    return { code: 'segregation_of_duties', message: 'You nominated this aid group, so another person verifies it.' }
  }
  return null
}
