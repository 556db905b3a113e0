import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { booksMail } from '#lib/email/books-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { renderMail } from '#lib/email/render-mail.ts'
import { env } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { formatMoney } from '#lib/money/format.ts'
import { apartMinor, bankFigures, stripeFigures, stripeItems } from './reconcile-books.ts'
import type { BankFigures, BooksCheck, StripeFigures, StripeItem } from './types.ts'

/**
 * Compares Stripe, ledger and banks, and keeps what it found with the one line that says it. With `mail`, treasurers
 * hear of a day that is not zero.
 */
export async function checkBooks(options: { mail: boolean }): Promise<BooksCheck> {
  const check = { id: newId(), at: now(), ...(await compareBooks()) }
  const mails = options.mail && !check.isZero ? await renderMails(check) : []
  await inTransaction(async (tx) => {
    const { id, at, isZero, sentence, stripe, banks, items } = check
    await tx.reconciliationRun.create({
      data: { id, at, isZero, sentence, figures: plain({ stripe, banks }), items: plain(items) },
    })
    for (const mail of mails) await queueMail(tx, mail)
  })
  return check
}

/** The daily job: checks once on each day in UTC, whoever asks and however often. Answers whether it did. */
export async function checkDueBooks(): Promise<boolean> {
  const at = now()
  const day = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()))
  const done = await db().reconciliationRun.findFirst({ where: { at: { gte: day } }, select: { id: true } })
  if (done) return false
  await checkBooks({ mail: true })
  return true
}

/** The comparison of now, without keeping it. */
export async function compareBooks(): Promise<Omit<BooksCheck, 'id' | 'at'>> {
  const [stripe, banks, items] = [await stripeFigures(), await bankFigures('all'), await stripeItems()]
  return { ...judgeBooks(stripe, banks, items), stripe, banks, items }
}

/** The one line: what is the same, or what is apart and why. */
export function judgeBooks(
  stripe: readonly StripeFigures[],
  banks: readonly BankFigures[],
  items: readonly StripeItem[],
): { isZero: boolean; sentence: string } {
  const apart = [...stripe.flatMap((one) => stripeApart(one, items)), ...banks.flatMap(bankApart)]
  const silent = stripe.some(({ stripeMinor }) => stripeMinor === null)
  const missing = banks.filter(({ closingMinor }) => closingMinor === null)
  const aside = items.filter(({ what }) => what === 'event').length
  const remarks = [
    silent ? 'Stripe did not answer.' : '',
    banks.length === 0 ? 'No bank account is known yet.' : '',
    ...missing.map(({ name }) => `${name} has no statement with balances yet.`),
    aside > 0 ? `${aside} ${aside === 1 ? 'event is' : 'events are'} put aside.` : '',
  ].filter(Boolean)
  const isZero = apart.length === 0 && !silent && aside === 0
  const [currency] = [...new Set([...stripe, ...banks].map((one) => one.currency))]
  const zero = currency === undefined ? '0.00' : formatMoney(0n, currency).replaceAll(/[^\d.,]/g, '')
  const compared = banks.some(({ closingMinor }) => closingMinor !== null)
    ? 'Stripe = ledger = bank'
    : 'Stripe = ledger'
  const first =
    apart.length > 0
      ? `${apart.join('; ')}.`
      : silent
        ? 'Ledger = bank as far as we can see.'
        : `${compared}, ${zero} apart.`
  return { isZero, sentence: [first, ...remarks].join(' ') }
}

function stripeApart({ currency, stripeMinor, ledgerMinor }: StripeFigures, items: readonly StripeItem[]): string[] {
  if (stripeMinor === null || stripeMinor === ledgerMinor) return []
  const own = items.filter((item) => item.currency === currency)
  const why =
    own.length === 0
      ? 'no account line explains it'
      : `${own.length} of its account lines ${own.length === 1 ? 'is' : 'are'} not in our books yet`
  return [`Stripe has ${moreOrLess(stripeMinor - ledgerMinor, currency)} than the ledger: ${why}`]
}

function bankApart(bank: BankFigures): string[] {
  const minor = apartMinor(bank)
  const inTime = bank.openMovements - bank.laterMovements
  if (minor === null || (minor === 0n && bank.openLines === 0 && inTime === 0)) return []
  const open = [counted(bank.openLines, 'line', 'lines'), counted(inTime, 'entry', 'entries')]
    .filter(Boolean)
    .join(' and ')
  const why = open === '' ? 'a statement is missing in between' : `${open} not matched`
  if (minor === 0n) return [`${bank.name}: 0.00 apart, but ${why}`]
  return [`${bank.name} has ${moreOrLess(minor, bank.currency)} than the ledger: ${why}`]
}

function moreOrLess(minor: bigint, currency: string): string {
  return minor > 0n ? `${formatMoney(minor, currency)} more` : `${formatMoney(-minor, currency)} less`
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`
}

async function renderMails(check: { sentence: string; at: Date }) {
  const treasurers = await db().user.findMany({
    where: { disabledAt: null, roles: { some: { role: 'treasurer', revokedAt: null } } },
    select: { email: true },
    orderBy: { email: 'asc' },
  })
  const deskUrl = `${env().APP_URL.replace(/\/$/, '')}/treasurer/reconciliation`
  return Promise.all(treasurers.map(({ email }) => renderMail(booksMail({ recipient: email, ...check, deskUrl }))))
}

/** JSON has no big integers: they are kept as decimal text. */
function plain(value: unknown) {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)))
}
