import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { UNKNOWN_AT_STRIPE } from './read-outcome.ts'

const MINUTE_MS = 60_000
const STUCK_MS = 5 * MINUTE_MS
const DAYS_KEPT = 30
const STUCK_MAX = 1_000
const QUARANTINED_MAX = 100

/** An event whose job is gone, or waits for a far retry, gets a new chance; those tried least come first. */
export async function retryStuck(): Promise<number> {
  const stuck = await db().stripeEvent.findMany({
    where: { status: 'pending', receivedAt: { lt: new Date(now().getTime() - STUCK_MS) } },
    orderBy: [{ attempts: 'asc' }, { receivedAt: 'asc' }],
    select: { id: true },
    take: STUCK_MAX,
  })
  for (const { id } of stuck) await enqueue(id)
  return stuck.length
}

/**
 * Asks again for what Stripe did not know when its event came: an event can arrive before its object can be read. Each
 * time the wait doubles, up to a day, for as long as Stripe itself keeps the event.
 */
export async function retryQuarantined(): Promise<number> {
  const at = now()
  const due = await db().$queryRaw<{ id: string }[]>`
    UPDATE stripe_event SET status = 'pending' WHERE id IN (
      SELECT id FROM stripe_event
      WHERE status = 'quarantined' AND last_error = ${'reason' in UNKNOWN_AT_STRIPE ? UNKNOWN_AT_STRIPE.reason : ''}
        AND received_at > ${at}::timestamptz - make_interval(days => ${DAYS_KEPT}::int)
        AND applied_at + make_interval(mins => least(power(2, least(attempts, 11) - 1), 1440)::int) <= ${at}
      ORDER BY applied_at LIMIT ${QUARANTINED_MAX} FOR UPDATE SKIP LOCKED)
    RETURNING id`
  for (const { id } of due) await enqueue(id)
  return due.length
}

function enqueue(eventId: string): Promise<void> {
  return enqueueJob(db(), 'apply-stripe-event', { eventId }, { jobKey: `stripe-event:${eventId}` })
}
