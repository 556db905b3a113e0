import { now } from '#lib/clock.ts'
import { formatMoney } from '#lib/money/format.ts'
import { stripeApartMinor } from './compare-stripe.ts'
import { apartMinor } from './reconcile-books.ts'
import type { BankFigures, StripeFigures, StripeItem } from './types.ts'

const DAY_MS = 86_400_000
/** A month's statement and the days until somebody has it. */
const STATEMENT_DAYS_MAX = 35
/** Stripe's payouts are in the bank within days. */
const PAYOUT_DAYS_MAX = 10

/**
 * The one line: what is the same, or what is apart and why, and until when the banks have written. Zero needs more than
 * sums: nothing put aside or unbooked, and nothing that bank or Stripe should have written long ago.
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
  const late = [...stripe.flatMap((one) => listLateness(one, at)), ...banks.flatMap((bank) => lateness(bank, at))]
  const remarks = [
    silent ? 'Stripe did not answer.' : '',
    ...stripe.map(underWay),
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

/** Payouts whose money has left Stripe before anybody can say of which funds it is. */
function underWay({ currency, unlistedMinor, unlistedPayouts }: StripeFigures): string {
  const money = formatMoney(unlistedMinor, currency)
  if (unlistedPayouts === 0) return ''
  if (unlistedPayouts === 1) return `1 payout of ${money} is on its way; its list is not complete yet.`
  return `${unlistedPayouts} payouts of ${money} in all are on their way; their lists are not complete yet.`
}

/** Stripe completes a payout's list when it arrives, days after it was made. */
function listLateness({ unlistedSince }: StripeFigures, at: Date): string[] {
  if (unlistedSince === null || !isOlder(unlistedSince, at, PAYOUT_DAYS_MAX)) return []
  return [`Stripe has not completed the list of the payout of ${dayOf(unlistedSince, at)} for ${PAYOUT_DAYS_MAX} days.`]
}

/** What the bank should have written by now and has not. */
function lateness({ name, closingOn, writtenUntil, laterMovements, laterPayoutAt }: BankFigures, at: Date): string[] {
  const endsOn = closingOn ?? writtenUntil
  if (endsOn !== null && isOlder(endsOn, at, STATEMENT_DAYS_MAX) && laterMovements > 0)
    return [`${name} needs its next statement: ${counted(laterMovements, 'entry', 'entries')} since that day.`]
  if (laterPayoutAt === null || !isOlder(laterPayoutAt, at, PAYOUT_DAYS_MAX)) return []
  return [`${name}: no statement has the payout of ${dayOf(laterPayoutAt, at)} yet.`]
}

function isOlder(day: Date, at: Date, days: number): boolean {
  return at.getTime() - day.getTime() > days * DAY_MS
}

function dayOf(day: Date, at: Date): string {
  const year = day.getUTCFullYear() === at.getUTCFullYear() ? {} : { year: 'numeric' as const }
  const format = { day: 'numeric', month: 'long', timeZone: 'UTC', ...year } as const
  return new Intl.DateTimeFormat('en-GB', format).format(day)
}

function stripeApart(figures: StripeFigures, items: readonly StripeItem[]): string[] {
  const { currency } = figures
  const minor = stripeApartMinor(figures)
  if (minor === null || minor === 0n) return []
  const own = items.filter((item) => item.currency === currency)
  const why =
    own.length === 0
      ? 'no account line explains it'
      : `${own.length} of its account lines ${own.length === 1 ? 'is' : 'are'} not in our books yet`
  return [`Stripe has ${moreOrLess(minor, currency)} than the ledger: ${why}`]
}

function bankApart(bank: BankFigures): string[] {
  const minor = apartMinor(bank)
  const inTime = bank.openMovements - bank.laterMovements
  if ((minor === null || minor === 0n) && bank.openLines === 0 && inTime === 0) return []
  const open = [counted(bank.openLines, 'line', 'lines'), counted(inTime, 'entry', 'entries')]
    .filter(Boolean)
    .join(' and ')
  const why = open === '' ? 'a statement is missing in between' : `${open} not matched`
  // A CSV file may have no balances: how far they are apart is not known then, but what is open is.
  if (minor === null) return [`${bank.name}: ${why}`]
  if (minor === 0n) return [`${bank.name}: 0.00 apart, but ${why}`]
  return [`${bank.name} has ${moreOrLess(minor, bank.currency)} than the ledger: ${why}`]
}

function moreOrLess(minor: bigint, currency: string): string {
  return minor > 0n ? `${formatMoney(minor, currency)} more` : `${formatMoney(-minor, currency)} less`
}

function counted(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`
}
