import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { chapterIdsWith, hasRole } from '#lib/auth/policy.ts'
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
const payeeSchema = z.object({ disbursementId: idText })

/**
 * Shows the whole number of an account to somebody who verifies it or sends money to it, also to a treasurer of another
 * chapter whose approved payment to the group waits to be sent. The line in the audit log is written first: nobody has seen
 * a number without one. Throws what `refuseReveal` says.
 */
export async function revealBank(actor: Actor, input: unknown): Promise<BankDetails> {
  const { aidGroupId, accountId } = parseInput(revealSchema, input)
  const paysFrom = await payingChapterIds(actor, aidGroupId)
  if (paysFrom.length === 0) await requireInScope(actor, aidGroupId)
  const account = await db().dossierBankAccount.findFirst({
    where: { id: accountId, aidGroupId },
    include: { aidGroup: true },
  })
  if (!account) throw new AppError('not_found', 'There is no such account.')
  const enteredBy = await findWriter(db(), account.enteredBy, actorId(actor))
  const refusal = refuseReveal(actor, { ...account.aidGroup, paysFrom }, { enteredBy })
  if (refusal) throw new AppError(refusal.code, refusal.message)
  const { chapterId } = account.aidGroup
  const detail = { accountId, fingerprint: account.fingerprint, ...(paysFrom.length > 0 ? { paysFrom } : {}) }
  await inTransaction((tx) =>
    recordEvent(tx, actor, {
      ...{ action: 'aid_group.reveal_bank', subjectType: 'aid_group', subjectId: aidGroupId, chapterId, detail },
    }),
  )
  return decryptBank(account.details, accountId)
}

export type Payee = BankDetails & { holderName: string; bankName: string; bankCountry: string }

/** The account in force that an approved payment goes to, for the treasurer who sends it; with the same line in the log. */
export async function revealPayee(actor: Actor, input: unknown): Promise<Payee> {
  const { disbursementId } = parseInput(payeeSchema, input)
  const payment = await db().disbursement.findFirst({
    where: {
      id: disbursementId,
      status: 'approved',
      campaign: { chapterId: { in: chapterIdsWith(actor, 'treasurer') } },
    },
    include: { aidGroup: { include: { bankAccounts: { where: { replacedAt: null } } } } },
  })
  const account = payment?.aidGroup.bankAccounts[0]
  if (!account) throw new AppError('not_found', 'There is no payment of yours that waits to be sent.')
  const details = await revealBank(actor, { aidGroupId: account.aidGroupId, accountId: account.id })
  return { ...details, holderName: account.holderName, bankName: account.bankName, bankCountry: account.bankCountry }
}

/** The chapters the actor is a treasurer of that have an approved payment to the group waiting to be sent. */
async function payingChapterIds(actor: Actor, aidGroupId: string): Promise<string[]> {
  const chapterIds = chapterIdsWith(actor, 'treasurer')
  const payments = await db().disbursement.findMany({
    where: { aidGroupId, status: 'approved', campaign: { chapterId: { in: chapterIds } } },
    select: { campaign: { select: { chapterId: true } } },
  })
  return [...new Set(payments.map(({ campaign }) => campaign.chapterId))]
}

/** Why the actor may not see the number, or null: reviewers who verify it and treasurers who send to it may; `enteredBy` as findWriter says. */
export function refuseReveal(
  actor: Actor,
  group: { chapterId: string; nominatedById: string | null; paysFrom?: readonly string[] },
  account: { enteredBy: string },
): Refusal | null {
  const pays = (group.paysFrom ?? []).some((chapterId) => hasRole(actor, chapterId, 'treasurer'))
  if (!pays && !hasRole(actor, group.chapterId, 'vetting_reviewer', 'treasurer')) {
    return { code: 'forbidden', message: 'Only a vetting reviewer or a treasurer of this chapter can see the number.' }
  }
  const me = actorId(actor)
  if (me === account.enteredBy || me === group.nominatedById) {
    const message = 'You nominated this aid group or entered this account, so another person must verify it.'
    return { code: 'segregation_of_duties', message }
  }
  return null
}
