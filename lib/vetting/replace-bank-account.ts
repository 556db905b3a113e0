import { z } from 'zod'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { bankSchema } from './check-bank.ts'
import { type BankDetails, bareText, encryptBank, fingerprintBank, fingerprintNumber } from './encrypt-bank.ts'
import { idText } from './schema.ts'
import { voidApproval } from './void-approval.ts'
import { writeDossier } from './write-dossier.ts'

/**
 * Says which account money goes to and answers its id. A change is a new row: the old one's verification goes with it,
 * and the cooling-off begins again. Another account than the one that was approved takes the approval back, and so does
 * another bank behind the same number, where that is no IBAN. The same account again changes nothing. Whoever enters it is
 * barred from verifying it.
 */
export async function replaceBankAccount(actor: Actor, input: unknown): Promise<string> {
  const { aidGroupId } = parseInput(z.object({ aidGroupId: idText }), input)
  const { iban, accountNumber, bic, routing, ...account } = parseInput(bankSchema, input)
  const details = { iban, accountNumber, bic, routing }
  const id = newId()
  const sealed = new Uint8Array(encryptBank(details, id))
  return await writeDossier(actor, { aidGroupId, part: 'bank' }, async (tx, { status }) => {
    const last = await tx.dossierBankAccount.findFirst({ where: { aidGroupId, replacedAt: null } })
    const fingerprint = keepFingerprint(last, details, account)
    const isSame =
      last?.fingerprint === fingerprint &&
      last.bankName === account.bankName &&
      last.bankCountry === account.bankCountry &&
      last.currency === account.currency
    if (last && isSame) return { result: last.id, event: null }
    const who = actorId(actor)
    const at = now()
    if (last) {
      await tx.dossierBankAccount.update({ where: { id: last.id }, data: { replacedBy: who, replacedAt: at } })
    }
    await tx.dossierBankAccount.create({
      data: {
        ...{ ...account, id, aidGroupId, details: sealed, fingerprint },
        ...{ lastDigits: (iban || accountNumber).slice(-4), enteredBy: who, enteredAt: at },
      },
    })
    if (last?.fingerprint !== fingerprint) await voidApproval(tx, actor, { aidGroupId, status })
    const detail = { accountId: id, replaces: last?.id ?? null, fingerprint }
    return { result: id, event: { action: 'aid_group.replace_bank_account', detail } }
  })
}

type Placed = { bankName: string; bankCountry: string }

/** An account that was stored before its bank was part of the fingerprint keeps the one it was approved with. */
function keepFingerprint(
  last: (Placed & { fingerprint: string }) | null,
  details: BankDetails,
  account: Placed & { holderName: string },
): string {
  const isAtSameBank =
    last?.bankCountry === account.bankCountry && bareText(last.bankName) === bareText(account.bankName)
  const former = fingerprintNumber(details, account.holderName)
  return isAtSameBank && last.fingerprint === former ? former : fingerprintBank(details, account)
}
