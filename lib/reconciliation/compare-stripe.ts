import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { fetchBalance, type StripeBalance } from '#lib/stripe/balance.ts'
import { isListed, listPayouts, listTransactionsWithin } from '#lib/stripe/payout.ts'
import type { StripePayout, StripeTransaction } from '#lib/stripe/types.ts'
import type { StripeFigures, StripeItem } from './types.ts'

const DAY_MS = 86_400_000
/** The sweep looks at thirty days; these two are looked at again, should the sweep itself not run. */
const LOOK_BACK_MS = 2 * DAY_MS
/** Longer than any payout is under way. */
const PAYOUTS_BACK_MS = 30 * DAY_MS
const ITEMS_MAX = 500
/** A page is answered in seconds; the daily check may take its time. */
const CALLS_MAX = { brief: 5, whole: 1_000 }

/**
 * `items`: what Stripe has and our books have not, account lines without an entry and events that were put aside.
 * `hasMore`: Stripe has more new lines than were read.
 */
export type StripeSide = { stripe: StripeFigures[]; items: StripeItem[]; hasMore: boolean }

/**
 * Stripe beside the ledger. `whole` reads every account line of two days again; `brief` only what came after the point
 * up to which the sweep has looked, in a few calls: whatever is older was booked or is kept with its reason.
 */
export async function compareStripe(look: 'brief' | 'whole'): Promise<StripeSide> {
  const held = await orNull(fetchBalance)
  const payouts = await orNull(() => listPayouts(new Date(now().getTime() - PAYOUTS_BACK_MS)))
  const recent = await orNull(() => recentLines(look))
  const underWay = await unlistedAmong(payouts ?? [])
  const isSilent = held === null || payouts === null || recent === null
  const lines = [...(recent?.lines ?? []), ...(payouts ?? []).flatMap(ownLines)]
  return {
    stripe: await figuresOf(isSilent ? null : held, underWay),
    items: [...(await missingLines(lines, underWay)), ...(await eventsAside())],
    hasMore: recent?.hasMore ?? false,
  }
}

/** How far Stripe and ledger are apart, but for the payouts that our books cannot have yet; null without an answer. */
export function stripeApartMinor({ stripeMinor, unlistedMinor, ledgerMinor }: StripeFigures): bigint | null {
  return stripeMinor === null ? null : stripeMinor + unlistedMinor - ledgerMinor
}

/** Null where Stripe does not answer. */
async function orNull<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  return ask().catch((error: unknown) => {
    if (error instanceof AppError) return null
    throw error
  })
}

async function recentLines(look: 'brief' | 'whole') {
  const from = look === 'brief' ? await sweptUntil() : null
  const span = { from: from ?? new Date(now().getTime() - LOOK_BACK_MS), to: null }
  const budget = { callsLeft: CALLS_MAX[look] }
  const lines = await listTransactionsWithin(span, budget, Number.POSITIVE_INFINITY)
  return { lines: lines ?? [], hasMore: lines === null }
}

/** Null where the sweep never ran, or by a clock that was wrong. */
async function sweptUntil(): Promise<Date | null> {
  const sweep = await db().stripeSweep.findUnique({ where: { id: 1 } })
  return sweep && sweep.goodUntil <= now() ? sweep.goodUntil : null
}

/** Payouts that have left Stripe's balance and that nobody can book yet, since the list of what is in them is not complete. */
async function unlistedAmong(payouts: readonly StripePayout[]): Promise<StripePayout[]> {
  const unlisted = payouts.filter((payout) => !isListed(payout))
  const where = { id: { in: unlisted.map(({ id }) => id) }, entryId: { not: null } }
  const rows = await db().stripePayout.findMany({ where, select: { id: true } })
  const booked = new Set(rows.map(({ id }) => id))
  return unlisted.filter(({ id }) => !booked.has(id))
}

function ownLines({ transaction, failureTransaction }: StripePayout): StripeTransaction[] {
  return [transaction, failureTransaction].filter((line) => line !== null)
}

async function figuresOf(held: StripeBalance[] | null, underWay: readonly StripePayout[]): Promise<StripeFigures[]> {
  const booked = await db().$queryRaw<{ currency: string; ledgerMinor: bigint; inTransitMinor: bigint }[]>`
    SELECT currency, coalesce(sum(balance_minor) FILTER (WHERE role IN ('stripe_pending', 'stripe_available')), 0)::bigint AS "ledgerMinor",
      coalesce(sum(balance_minor) FILTER (WHERE role = 'in_transit' AND external_id = 'payouts'), 0)::bigint AS "inTransitMinor"
    FROM ledger.balances GROUP BY currency`
  const atStripe = new Map(held?.map((one) => [one.currency, one.pendingMinor + one.availableMinor]))
  // Stripe names currencies that we have nothing in.
  const strange = [...atStripe].filter(([, minor]) => minor !== 0n).map(([currency]) => currency)
  const currencies = new Set([...booked, ...underWay].map(({ currency }) => currency).concat(strange))
  return [...currencies].sort().map((currency) => {
    const own = booked.find((one) => one.currency === currency)
    const sent = underWay.filter((payout) => payout.currency === currency)
    const oldest = Math.min(...sent.map(({ createdAt }) => createdAt.getTime()))
    return {
      currency,
      stripeMinor: held === null ? null : (atStripe.get(currency) ?? 0n),
      ledgerMinor: own?.ledgerMinor ?? 0n,
      inTransitMinor: own?.inTransitMinor ?? 0n,
      unlistedMinor: sent.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
      unlistedPayouts: sent.length,
      unlistedSince: sent.length === 0 ? null : new Date(oldest),
    }
  })
}

async function eventsAside(): Promise<StripeItem[]> {
  const events = await db().stripeEvent.findMany({
    where: { status: 'quarantined' },
    orderBy: { receivedAt: 'asc' },
    select: { id: true, type: true, lastError: true, receivedAt: true },
    take: ITEMS_MAX,
  })
  return events.map(({ id, type, lastError, receivedAt }) => ({
    ...{ id, what: 'event' as const, amountMinor: null, currency: null, at: receivedAt },
    label: `${type}: ${lastError ?? 'put aside'}`,
  }))
}

type Line = Pick<StripeTransaction, 'id' | 'sourceId' | 'reportingCategory' | 'currency' | 'netMinor' | 'createdAt'>

async function missingLines(
  atStripe: readonly StripeTransaction[],
  underWay: readonly StripePayout[],
): Promise<StripeItem[]> {
  const waiting = await db().unappliedTransaction.findMany({ orderBy: { createdAt: 'asc' }, take: ITEMS_MAX })
  const moving = atStripe.filter(({ netMinor }) => netMinor !== 0n)
  const lines = new Map<string, Line & { reason?: string }>([...moving, ...waiting].map((line) => [line.id, line]))
  const done = await bookedIds([...lines.values()])
  const left = new Set(underWay.map(({ id }) => id))
  const missing = [...lines.values()].filter(
    ({ id, sourceId }) => !done.has(id) && !done.has(sourceId ?? '') && !left.has(sourceId ?? ''),
  )
  const toldAt = await lastToldAt(missing)
  return missing
    .map(({ id, sourceId, reportingCategory, reason, currency, netMinor, createdAt }) => ({
      ...{ id, what: 'transaction' as const, amountMinor: netMinor, currency },
      label: `${reportingCategory}: ${reason ?? 'not in our books yet'}`,
      at: toldAt.get(sourceId ?? '') ?? createdAt,
    }))
    .sort((one, other) => one.at.getTime() - other.at.getTime())
}

/** Account lines with an entry, and payouts whose entry was made: their own lines at Stripe have no other place. */
async function bookedIds(lines: readonly Line[]): Promise<Set<string>> {
  const booked = await db().balanceTransaction.findMany({
    where: { id: { in: lines.map(({ id }) => id) }, entryId: { not: null } },
    select: { id: true },
  })
  const payouts = await db().stripePayout.findMany({
    where: { id: { in: lines.flatMap(({ sourceId }) => sourceId ?? []) }, entryId: { not: null } },
    select: { id: true },
  })
  return new Set([...booked, ...payouts].map(({ id }) => id))
}

/** A payout's line is as old as the payout; our books can take it only since we were told that its list is complete. */
async function lastToldAt(lines: readonly Line[]): Promise<Map<string, Date>> {
  const payoutIds = lines.flatMap(({ sourceId }) => (sourceId?.startsWith('po_') ? [sourceId] : []))
  if (payoutIds.length === 0) return new Map()
  const events = await db().stripeEvent.findMany({
    where: { status: 'pending', objectId: { in: payoutIds } },
    select: { objectId: true, receivedAt: true },
  })
  return new Map(events.map(({ objectId, receivedAt }) => [objectId, receivedAt]))
}
