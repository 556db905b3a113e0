import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import type { CallBudget } from '#lib/stripe/client.ts'
import type { StripeTransaction, TimeSpan } from '#lib/stripe/types.ts'
import { applyTransaction, retryUnapplied } from './apply-transaction.ts'
import { missingEvents, missingTransactions } from './list-missing.ts'
import { receiveEvent } from './receive-event.ts'
import { resumeCalls } from './resume-calls.ts'
import { retryQuarantined, retryStuck } from './retry-events.ts'

const SWEEPER: Actor = { kind: 'system', name: 'sweeper' }
const HOUR_MS = 3_600_000
/** Stripe lists events of 30 days. */
const EVENTS_KEPT_MS = 30 * 24 * HOUR_MS
// Stripe's lists are not instantly complete, so each sweep looks again at the end of the one before.
const OVERLAP_MS = HOUR_MS
// Of Stripe's lists only: a bound on the reading, no promise of a speed. Each missed gift is asked for and booked by itself,
// which takes longer than its place in a list. What is left over is the next sweep's.
const CALLS_MAX = 4_000
// So much of a span is held at once; a longer one is read in halves, down to a second, which is read whole.
const PAGES_MAX = 10
const AT_ONCE = 4
const SKEW_MS = 60_000

export type SweepResult = {
  events: number
  transactions: number
  stuck: number
  quarantined: number
  calls: number
  failed: number
  /** Whether everything up to now was looked at; else the next sweep goes on from the last good point. */
  complete: boolean
}

/**
 * Finds what the webhook did not bring, over Stripe's thirty days: events never kept, account lines that are not in our
 * books, events that wait too long, calls of ours that broke off. Reads from the last good point on, span by span, and
 * moves that point after each, so that a crash loses nothing but the last span. The job `sweep-stripe`; safe at any
 * time, bounded in its calls.
 */
export async function sweepStripe(options: { callsMax?: number } = {}): Promise<SweepResult> {
  const startedAt = now()
  const callsMax = options.callsMax ?? CALLS_MAX
  const budget: CallBudget = { callsLeft: callsMax }
  const result: SweepResult = {
    events: 0,
    transactions: 0,
    stuck: 0,
    quarantined: 0,
    calls: 0,
    failed: 0,
    complete: true,
  }
  const eldest = new Date(startedAt.getTime() - EVENTS_KEPT_MS + OVERLAP_MS)
  const last = await db().stripeSweep.findUnique({ where: { id: 1 } })

  // A good point to come was written by a clock that was wrong.
  const isKnown = last !== null && last.goodUntil.getTime() <= startedAt.getTime() + SKEW_MS
  const from = isKnown ? new Date(last.goodUntil.getTime() - OVERLAP_MS) : eldest
  result.complete = await readSpans({ from, to: null }, startedAt, async (span, pagesMax) => {
    const events = await missingEvents(span.from < eldest ? { ...span, from: eldest } : span, budget, pagesMax)
    const lines = events && (await missingTransactions(span, budget, pagesMax))
    if (events === null || lines === null) return false
    for (const event of events) if (await receiveEvent(event)) result.events += 1
    await applyAll(lines, result)
    await keepGoodPoint(span.to ?? startedAt, startedAt)
    return true
  })
  if (result.complete && isHourAgo(last?.undeliveredUntil ?? null, startedAt)) {
    result.complete = await sweepUndelivered(eldest, startedAt, budget, result)
  }
  const retried = await retryUnapplied(SWEEPER)
  result.transactions += retried.applied
  result.failed = retried.left
  await resumeCalls(SWEEPER)
  result.quarantined = await retryQuarantined()
  result.stuck = await retryStuck()
  result.calls = callsMax - budget.callsLeft
  return result
}

/** Once an hour all thirty days again for what no endpoint took: an event may become visible later than the overlap. */
async function sweepUndelivered(
  eldest: Date,
  startedAt: Date,
  budget: CallBudget,
  result: SweepResult,
): Promise<boolean> {
  const complete = await readSpans({ from: eldest, to: null }, startedAt, async (span, pagesMax) => {
    const events = await missingEvents({ ...span, undelivered: true }, budget, pagesMax)
    if (events === null) return false
    for (const event of events) if (await receiveEvent(event)) result.events += 1
    return true
  })
  if (complete) await db().stripeSweep.update({ where: { id: 1 }, data: { undeliveredUntil: startedAt } })
  return complete
}

type Read = (span: TimeSpan, pagesMax: number) => Promise<boolean>

/** Reads a span from its beginning on, in halves where it is too long for one reading. False: the budget is used up. */
async function readSpans(whole: TimeSpan, startedAt: Date, read: Read): Promise<boolean> {
  const waiting = [whole]
  for (let span = waiting.pop(); span; span = waiting.pop()) {
    const fromMs = span.from.getTime()
    const middle = new Date(Math.floor((fromMs + (span.to ?? startedAt).getTime()) / 2_000) * 1_000)
    const isShort = middle.getTime() <= fromMs
    if (await read(span, isShort ? Number.POSITIVE_INFINITY : PAGES_MAX)) continue
    if (isShort) return false
    waiting.push({ from: middle, to: span.to }, { from: span.from, to: middle })
  }
  return true
}

/** Charges first and payouts last, since what comes later is about what came before. */
async function applyAll(lines: readonly StripeTransaction[], result: SweepResult): Promise<void> {
  const rank = ({ sourceId }: StripeTransaction) =>
    /^(ch|py)_/.test(sourceId ?? '') ? 0 : sourceId?.startsWith('po_') ? 2 : 1
  const charges = lines.filter((line) => rank(line) === 0)
  for (let n = 0; n < charges.length; n += AT_ONCE) {
    const applied = await Promise.all(charges.slice(n, n + AT_ONCE).map((line) => applyTransaction(SWEEPER, line)))
    result.transactions += applied.filter(Boolean).length
  }
  for (const line of [1, 2].flatMap((wanted) => lines.filter((one) => rank(one) === wanted))) {
    if (await applyTransaction(SWEEPER, line)) result.transactions += 1
  }
}

/** Only forward, whoever else sweeps at the same time; back only from a time that has not come yet. */
async function keepGoodPoint(goodUntil: Date, startedAt: Date): Promise<void> {
  const possibleUntil = new Date(startedAt.getTime() + SKEW_MS)
  await db().$executeRaw`
    INSERT INTO stripe_sweep (id, good_until) VALUES (1, ${goodUntil})
    ON CONFLICT (id) DO UPDATE SET good_until = CASE WHEN stripe_sweep.good_until > ${possibleUntil} THEN excluded.good_until
      ELSE greatest(stripe_sweep.good_until, excluded.good_until) END`
}

function isHourAgo(moment: Date | null, at: Date): boolean {
  return moment === null || Math.abs(at.getTime() - moment.getTime()) >= HOUR_MS
}
