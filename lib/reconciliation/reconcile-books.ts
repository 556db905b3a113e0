import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { fetchBalance } from '#lib/stripe/balance.ts'
import { listBalanceTransactions } from '#lib/stripe/payout.ts'
import { openMovements } from './list-open.ts'
import type { BankFigures, StripeFigures, StripeItem } from './types.ts'

const DAY_MS = 86_400_000
/** The sweep looks at thirty days; these two are looked at again, should the sweep itself not run. */
const LOOK_BACK_MS = 2 * DAY_MS
const ITEMS_MAX = 500

/** Stripe's balance beside the ledger's accounts of Stripe, by currency. Stripe's side is null where it does not answer. */
export async function stripeFigures(): Promise<StripeFigures[]> {
  const held = await fetchBalance().catch((error: unknown) => {
    if (error instanceof AppError) return null
    throw error
  })
  const booked = await db().$queryRaw<{ currency: string; ledgerMinor: bigint; inTransitMinor: bigint }[]>`
    SELECT currency, coalesce(sum(balance_minor) FILTER (WHERE role IN ('stripe_pending', 'stripe_available')), 0)::bigint AS "ledgerMinor",
      coalesce(sum(balance_minor) FILTER (WHERE role = 'in_transit' AND external_id = 'payouts'), 0)::bigint AS "inTransitMinor"
    FROM ledger.balances GROUP BY currency`
  const atStripe = new Map(held?.map((one) => [one.currency, one.pendingMinor + one.availableMinor]))
  // Stripe names currencies that we have nothing in.
  const strange = [...atStripe].filter(([, minor]) => minor !== 0n).map(([currency]) => currency)
  const currencies = new Set([...booked.map(({ currency }) => currency), ...strange])
  return [...currencies].sort().map((currency) => {
    const own = booked.find((one) => one.currency === currency)
    const stripeMinor = held === null ? null : (atStripe.get(currency) ?? 0n)
    return {
      currency,
      stripeMinor,
      ledgerMinor: own?.ledgerMinor ?? 0n,
      inTransitMinor: own?.inTransitMinor ?? 0n,
    }
  })
}

/** Each bank account of the ledger beside its statements; of these chapters, or of all. */
export async function bankFigures(chapterIds: readonly string[] | 'all'): Promise<BankFigures[]> {
  const accounts = await db().bankAccount.findMany({
    where: chapterIds === 'all' ? {} : { chapterId: { in: [...chapterIds] } },
    orderBy: [{ currency: 'asc' }, { createdAt: 'asc' }],
  })
  const figures: BankFigures[] = []
  for (const account of accounts) figures.push(await figuresOf(db(), account))
  return figures
}

type Account = {
  id: string
  name: string
  numberMasked: string
  currency: string
  chapterId: string
  externalId: string
}

async function figuresOf(client: DbClient, account: Account): Promise<BankFigures> {
  const { id: bankAccountId, name, numberMasked, currency, chapterId, externalId } = account
  const [ledger] = await client.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(balance_minor), 0)::bigint AS minor FROM ledger.balances
    WHERE role = 'bank' AND external_id = ${externalId} AND currency = ${currency}`
  const [last] = await client.bankStatement.findMany({
    where: { bankAccountId, closingMinor: { not: null } },
    orderBy: [{ toOn: 'desc' }, { fromOn: 'desc' }, { importedAt: 'desc' }, { position: 'desc' }],
    take: 1,
  })
  const first = await client.bankStatement.findFirst({
    where: { bankAccountId, openingMinor: { not: null } },
    orderBy: [{ fromOn: 'asc' }, { importedAt: 'asc' }, { position: 'asc' }],
  })
  const open = await client.bankLine.aggregate({
    where: { bankAccountId, matchId: null },
    _sum: { amountMinor: true },
    _count: true,
  })
  const explained = await client.bankLine.aggregate({
    where: { bankAccountId, match: { kind: 'other' } },
    _sum: { amountMinor: true },
  })
  const forward = await client.bankMatchMovement.aggregate({
    where: { bankAccountId, active: true, match: { kind: 'brought_forward' } },
    _sum: { amountMinor: true },
  })
  const movements = await openMovements(client, account)
  const endsBefore = last ? last.toOn.getTime() + DAY_MS : Number.NEGATIVE_INFINITY
  const later = movements.filter(({ effectiveAt }) => effectiveAt.getTime() >= endsBefore)
  const sum = (of: readonly { amountMinor: bigint }[]) => of.reduce((total, { amountMinor }) => total + amountMinor, 0n)
  return {
    ...{ bankAccountId, name, numberMasked, currency, chapterId, ledgerMinor: ledger?.minor ?? 0n },
    closingMinor: last?.closingMinor ?? null,
    closingOn: last?.toOn ?? null,
    ...{ openLines: open._count, openLinesMinor: open._sum.amountMinor ?? 0n },
    ...{ openMovements: movements.length, openMovementsMinor: sum(movements) },
    ...{ laterMovements: later.length, laterMovementsMinor: sum(later) },
    laterPayoutAt: later.find(({ kind }) => kind === 'payout_arrival')?.effectiveAt ?? null,
    broughtForwardMinor: (first?.openingMinor ?? 0n) - (forward._sum.amountMinor ?? 0n),
    explainedMinor: explained._sum.amountMinor ?? 0n,
  }
}

/**
 * How far bank and ledger are apart on the day of the last statement, beyond what is explained; null before the first
 * one. What the ledger did after that day is no difference: the bank has not written about it yet.
 */
export function apartMinor(bank: BankFigures): bigint | null {
  if (bank.closingMinor === null) return null
  const explained = bank.broughtForwardMinor + bank.explainedMinor
  return bank.closingMinor + bank.laterMovementsMinor - bank.ledgerMinor - explained
}

/** What Stripe has and our books have not: account lines without an entry, and events that were put aside. */
export async function stripeItems(): Promise<StripeItem[]> {
  const events = await db().stripeEvent.findMany({
    where: { status: 'quarantined' },
    orderBy: { receivedAt: 'asc' },
    select: { id: true, type: true, lastError: true, receivedAt: true },
    take: ITEMS_MAX,
  })
  const put = events.map(({ id, type, lastError, receivedAt }) => ({
    ...{ id, what: 'event' as const, amountMinor: null, currency: null, at: receivedAt },
    label: `${type}: ${lastError ?? 'put aside'}`,
  }))
  return [...(await missingTransactions()), ...put]
}

async function missingTransactions(): Promise<StripeItem[]> {
  const waiting = await db().unappliedTransaction.findMany({ orderBy: { createdAt: 'asc' }, take: ITEMS_MAX })
  const createdFrom = new Date(now().getTime() - LOOK_BACK_MS)
  const recent = await listBalanceTransactions({ createdFrom }).catch((error: unknown) => {
    if (error instanceof AppError) return []
    throw error
  })
  const items = new Map<string, StripeItem & { sourceId: string | null; amountMinor: bigint }>()
  for (const { id, reportingCategory, sourceId, currency, netMinor, createdAt, reason } of waiting) {
    items.set(id, {
      id,
      what: 'transaction',
      label: `${reportingCategory}: ${reason}`,
      amountMinor: netMinor,
      currency,
      at: createdAt,
      sourceId,
    })
  }
  for (const { id, reportingCategory, sourceId, currency, netMinor, createdAt } of recent) {
    if (items.has(id) || netMinor === 0n) continue
    const label = `${reportingCategory}: not in our books yet`
    items.set(id, { id, what: 'transaction', label, amountMinor: netMinor, currency, at: createdAt, sourceId })
  }
  const done = await bookedIds([...items.values()])
  return [...items.values()]
    .filter(({ id, sourceId }) => !done.has(id) && !done.has(sourceId ?? ''))
    .map(({ sourceId: _, ...item }) => item)
    .sort((one, other) => one.at.getTime() - other.at.getTime())
}

/** Account lines with an entry, and payouts whose entry was made: their own lines at Stripe have no other place. */
async function bookedIds(items: readonly { id: string; sourceId: string | null }[]): Promise<Set<string>> {
  const booked = await db().balanceTransaction.findMany({
    where: { id: { in: items.map(({ id }) => id) }, entryId: { not: null } },
    select: { id: true },
  })
  const payouts = await db().stripePayout.findMany({
    where: { id: { in: items.flatMap(({ sourceId }) => sourceId ?? []) }, entryId: { not: null } },
    select: { id: true },
  })
  return new Set([...booked, ...payouts].map(({ id }) => id))
}
