import { createHmac } from 'node:crypto'
import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { currencyOf } from '#lib/money/currencies.ts'
import { parseInput } from '#lib/parse-input.ts'
import { requireReconciler } from './policy.ts'
import { accountSchema } from './schema.ts'

/**
 * Makes a bank account known: { chapterId, name, currency, number, use }. `use: 'main'` is the one that Stripe pays out
 * to in its currency, of which there is one; each other account gets a name of its own in the ledger. Of the number
 * only its end and a keyed digest are kept. Throws `conflict` where it is known already.
 */
export async function addAccount(actor: Actor, input: unknown): Promise<string> {
  const { chapterId, name, currency, number, use } = parseInput(accountSchema, input)
  currencyOf(currency)
  const known = await db().chapter.findUnique({ where: { id: chapterId }, select: { id: true } })
  const user = await requireReconciler(actor, known && { subjectType: 'chapter', subjectId: chapterId, chapterId })
  const numberDigest = digestNumber(number)
  const refuse = (field: string, message: string) =>
    new AppError('conflict', 'Some fields need your attention.', { fieldErrors: { [field]: [message] } })
  const id = newId()
  await inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('bank_account', 0))`
    const others = await tx.bankAccount.findMany({
      where: { currency },
      select: { externalId: true, numberDigest: true },
    })
    if (others.some((other) => other.numberDigest === numberDigest))
      throw refuse('number', 'This account is known already.')
    if (use === 'main' && others.some(({ externalId }) => externalId === 'main')) {
      throw refuse('use', `The account that Stripe pays ${currency} out to is known already.`)
    }
    const externalId = use === 'main' ? 'main' : `bank-${id.slice(-12)}`
    const facts = { id, chapterId, externalId, name, currency, numberMasked: maskNumber(number), numberDigest }
    await tx.bankAccount.create({ data: { ...facts, openedById: user.userId } })
    await recordEvent(tx, user, {
      ...{ action: 'bank_account.add', subjectType: 'bank_account', subjectId: id, chapterId },
      detail: { externalId, currency, numberMasked: facts.numberMasked },
    })
  })
  return id
}

/** What is kept of an account number to know it again; without the installation's secret nobody can try numbers. */
export function digestNumber(number: string): string {
  const plain = number.replaceAll(/[\s-]/g, '').toUpperCase()
  return createHmac('sha256', env().AUTH_SECRET).update(`bank-account:${plain}`).digest('hex')
}

/** "NL26 … 6890": country and end of an IBAN, the end of any other number. */
export function maskNumber(number: string): string {
  const plain = number.replaceAll(/[\s-]/g, '').toUpperCase()
  const head = /^[A-Z]{2}\d{2}[A-Z0-9]{11,}$/.test(plain) ? `${plain.slice(0, 4)} ` : ''
  return `${head}… ${plain.slice(plain.length > 6 ? -4 : -2)}`
}
