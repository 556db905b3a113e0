import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole } from '#lib/auth/policy.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type BankDetails, decryptBank } from './encrypt-bank.ts'
import { findWriter } from './find-writer.ts'
import { requireInScope } from './move-group.ts'
import { idText } from './schema.ts'
import type { Refusal } from './types.ts'

const revealSchema = z.object({ aidGroupId: idText, accountId: idText })

/**
 * Shows the whole number of an account to somebody who verifies it or sends money to it. The line in the audit log is
 * written first: nobody has seen a number without one. Throws what `refuseReveal` says.
 */
export async function revealBank(actor: Actor, input: unknown): Promise<BankDetails> {
  const { aidGroupId, accountId } = parseInput(revealSchema, input)
  await requireInScope(actor, aidGroupId)
  const account = await db().dossierBankAccount.findFirst({
    where: { id: accountId, aidGroupId },
    include: { aidGroup: true },
  })
  if (!account) throw new AppError('not_found', 'There is no such account.')
  const enteredBy = await findWriter(db(), account.enteredBy, actorId(actor))
  const refusal = refuseReveal(actor, account.aidGroup, { enteredBy })
  if (refusal) throw new AppError(refusal.code, refusal.message)
  const { chapterId } = account.aidGroup
  const detail = { accountId, fingerprint: account.fingerprint }
  await inTransaction((tx) =>
    recordEvent(tx, actor, {
      ...{ action: 'aid_group.reveal_bank', subjectType: 'aid_group', subjectId: aidGroupId, chapterId, detail },
    }),
  )
  return decryptBank(account.details, accountId)
}

/** Why the actor may not see the number, or null: reviewers who verify it and treasurers who send to it may; `enteredBy` as findWriter says. */
export function refuseReveal(
  actor: Actor,
  group: { chapterId: string; nominatedById: string | null },
  account: { enteredBy: string },
): Refusal | null {
  if (!hasRole(actor, group.chapterId, 'vetting_reviewer', 'treasurer')) {
    return { code: 'forbidden', message: 'Only a vetting reviewer or a treasurer of this chapter can see the number.' }
  }
  const me = actorId(actor)
  if (me === account.enteredBy || me === group.nominatedById) {
    const message = 'You nominated this aid group or entered this account, so another person must verify it.'
    return { code: 'segregation_of_duties', message }
  }
  return null
}
