import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { logger } from '#lib/log.ts'
import { listEvents } from '#lib/stripe/events.ts'
import { listBalanceTransactions } from '#lib/stripe/payout.ts'
import type { StripeTransaction } from '#lib/stripe/types.ts'
import { receiveEvent } from './receive-event.ts'
import { settlePayout } from './settle-payout.ts'

const SWEEPER: Actor = { kind: 'system', name: 'sweeper' }
const DAY_MS = 24 * 3_600_000
/** Stripe lists events of 30 days. */
const EVENTS_KEPT_MS = 30 * DAY_MS
// Stripe's lists are not instantly complete, so each sweep looks again at the end of the one before.
const OVERLAP_MS = 3_600_000
const STUCK_MS = 5 * 60_000

export type SweepResult = { events: number; transactions: number; stuck: number; failed: number }

/**
 * Finds what the webhook did not bring: events that no endpoint took, and account lines at Stripe that are not in our
 * books, since the last sweep that found everything. The job `sweep-stripe`; safe to run at any time.
 */
export async function sweepStripe(): Promise<SweepResult> {
  const startedAt = now()
  const last = await db().stripeSweep.findUnique({ where: { id: 1 } })
  const eldest = new Date(startedAt.getTime() - EVENTS_KEPT_MS + OVERLAP_MS)
  const from = last ? new Date(last.goodUntil.getTime() - OVERLAP_MS) : eldest

  let events = 0
  const undelivered = await listEvents({ createdFrom: from < eldest ? eldest : from, undelivered: true })
  for (const notice of undelivered.reverse()) if (await receiveEvent(notice)) events += 1
  const missing = await missingTransactions(from)
  let failed = 0
  for (const line of missing) if (!(await applyMissing(line))) failed += 1
  const stuck = await retryStuck(startedAt)

  if (failed === 0) {
    const goodUntil = startedAt
    await db().stripeSweep.upsert({ where: { id: 1 }, create: { id: 1, goodUntil }, update: { goodUntil } })
  }
  return { events, transactions: missing.length - failed, stuck, failed }
}

/** Oldest first, so that a payout comes after the charges in it. */
async function missingTransactions(from: Date): Promise<StripeTransaction[]> {
  const lines = (await listBalanceTransactions({ createdFrom: from })).reverse()
  const ids = lines.map((line) => line.id)
  const known = await db().balanceTransaction.findMany({
    where: { id: { in: ids }, entryId: { not: null } },
    select: { id: true },
  })
  const payouts = await db().stripePayout.findMany({ where: { arrivalEntryId: { not: null } }, select: { id: true } })
  const done = new Set([...known, ...payouts].map((row) => row.id))
  return lines.filter(
    (line) => !done.has(line.id) && !done.has(line.sourceId ?? '') && (isCharge(line) || isPayout(line)),
  )
}

async function applyMissing(line: StripeTransaction): Promise<boolean> {
  const sourceId = line.sourceId ?? ''
  try {
    if (isPayout(line)) await settlePayout(SWEEPER, sourceId)
    else await settleDonation(SWEEPER, { chargeId: sourceId })
    return true
  } catch (error) {
    logger().error({ err: error, transaction: line.id }, 'sweep could not apply an account line')
    return false
  }
}

/** An event whose job is gone, or waits for a far retry, gets a new chance. */
async function retryStuck(at: Date): Promise<number> {
  const receivedAt = { lt: new Date(at.getTime() - STUCK_MS) }
  const stuck = await db().stripeEvent.findMany({
    where: { status: 'pending', receivedAt },
    select: { id: true },
    take: 1_000,
  })
  for (const { id } of stuck)
    await enqueueJob(db(), 'apply-stripe-event', { eventId: id }, { jobKey: `stripe-event:${id}` })
  return stuck.length
}

const isCharge = (line: StripeTransaction) => line.reportingCategory === 'charge' && line.sourceId !== null
const isPayout = (line: StripeTransaction) => line.reportingCategory === 'payout' && line.sourceId !== null
