import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { booksMail } from '#lib/email/books-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { renderMail } from '#lib/email/render-mail.ts'
import { env } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { type LedgerProof, proveLedger } from '#lib/ledger/verify-ledger.ts'
import { logger } from '#lib/log.ts'
import { formatMoney } from '#lib/money/format.ts'
import { apartMinor, bankFigures, stripeFigures, stripeItems } from './reconcile-books.ts'
import type { BankFigures, BooksCheck, StripeFigures, StripeItem } from './types.ts'

const DAY_MS = 86_400_000
/** A month's statement and the days until somebody has it. */
const STATEMENT_DAYS_MAX = 35
/** Stripe's payouts are in the bank within days. */
const PAYOUT_DAYS_MAX = 10

/** How many broken rules are kept with a check; the first ones lead to the cause. */
const VIOLATIONS_KEPT = 20

/**
 * Compares Stripe, ledger and banks, proves the ledger again from its rows, and keeps what it found with the one line
 * that says it. With `mail`, treasurers hear of a day that is not zero.
 */
export async function checkBooks(options: { mail: boolean }): Promise<BooksCheck> {
  const proof = await proveLedger(db())
  if (proof.violations.length > 0)
    logger().error({ violations: plain(proof.violations) }, 'the ledger breaks its rules')
  const check = { id: newId(), at: now(), ...judgeProof(await compareBooks(), proof) }
  const mails = options.mail && !check.isZero ? await renderMails(check) : []
  await inTransaction(async (tx) => {
    const { id, at, isZero, sentence, stripe, banks, items } = check
    await tx.reconciliationRun.create({
      data: { id, at, isZero, sentence, figures: plain({ stripe, banks, proof: check.proof }), items: plain(items) },
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
export async function compareBooks(): Promise<Omit<BooksCheck, 'id' | 'at' | 'proof'>> {
  const [stripe, banks, items] = [await stripeFigures(), await bankFigures('all'), await stripeItems()]
  return { ...judgeBooks(stripe, banks, items), stripe, banks, items }
}

/** A ledger that breaks a rule comes first: what it says of money is not certain then, equal or not. */
function judgeProof(compared: Awaited<ReturnType<typeof compareBooks>>, { entries, violations }: LedgerProof) {
  const proof = { entries, violations: violations.slice(0, VIOLATIONS_KEPT), broken: violations.length }
  if (violations.length === 0) return { ...compared, proof }
  const places = violations.length === 1 ? 'one place' : `${violations.length} places`
  const first = `The ledger breaks its own rules in ${places}: ask an administrator before you act on any balance.`
  return { ...compared, proof, isZero: false, sentence: `${first} ${compared.sentence}` }
}

/**
 * The one line: what is the same, or what is apart and why, and until when the banks have written. Zero needs more than
 * sums: nothing put aside or unbooked, and no statement that is too old to say anything of what came since.
 */
export function judgeBooks(
  stripe: readonly StripeFigures[],
  banks: readonly BankFigures[],
  items: readonly StripeItem[],
  at: Date = now(),
): { isZero: boolean; sentence: string } {
  const apart = [...stripe.flatMap((one) => stripeApart(one, items)), ...banks.flatMap(bankApart)]
  const silent = stripe.some(({ stripeMinor }) => stripeMinor === null)
  const aside = items.filter(({ what }) => what === 'event').length
  const unbooked = items.length - aside
  const late = banks.flatMap((bank) => lateness(bank, at))
  const remarks = [
    silent ? 'Stripe did not answer.' : '',
    banks.length === 0 ? 'No bank account is known yet.' : '',
    ...banks.map((bank) => lastStatement(bank, at)),
    ...late,
    // Two lines that cancel out leave the sums equal; where they do not, the difference has named them.
    unbooked > 0 && apart.length === 0
      ? `${unbooked} of Stripe’s account lines ${unbooked === 1 ? 'is' : 'are'} not in our books yet.`
      : '',
    aside > 0 ? `${aside} ${aside === 1 ? 'event is' : 'events are'} put aside.` : '',
  ].filter(Boolean)
  const isZero = apart.length === 0 && !silent && items.length === 0 && late.length === 0
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

function lastStatement({ name, closingMinor, closingOn }: BankFigures, at: Date): string {
  if (closingMinor === null || closingOn === null) return `${name} has no statement with balances yet.`
  return `${name}: last statement of ${dayOf(closingOn, at)}.`
}

/** What the bank should have written by now and has not. */
function lateness({ name, closingOn, laterMovements, laterPayoutAt }: BankFigures, at: Date): string[] {
  const isOld = (day: Date | null, days: number) => day !== null && at.getTime() - day.getTime() > days * DAY_MS
  if (isOld(closingOn, STATEMENT_DAYS_MAX) && laterMovements > 0)
    return [`${name} needs its next statement: ${counted(laterMovements, 'entry', 'entries')} since that day.`]
  if (laterPayoutAt === null || !isOld(laterPayoutAt, PAYOUT_DAYS_MAX)) return []
  return [`${name}: no statement has the payout of ${dayOf(laterPayoutAt, at)} yet.`]
}

function dayOf(day: Date, at: Date): string {
  const year = day.getUTCFullYear() === at.getUTCFullYear() ? {} : { year: 'numeric' as const }
  const format = { day: 'numeric', month: 'long', timeZone: 'UTC', ...year } as const
  return new Intl.DateTimeFormat('en-GB', format).format(day)
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
