import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'

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
 * Tries again what was put aside: an event can come before its object can be read, and what stood against it may be mended
 * since. Each time the wait doubles, up to a day, for as long as Stripe itself keeps the event.
 */
export async function retryQuarantined(): Promise<number> {
  const at = now()
  const due = await db().$queryRaw<{ id: string }[]>`
    UPDATE stripe_event SET status = 'pending' WHERE id IN (
      SELECT id FROM stripe_event
      WHERE status = 'quarantined' AND received_at > ${at}::timestamptz - make_interval(days => ${DAYS_KEPT}::int)
        AND applied_at + make_interval(mins => least(power(2, least(attempts, 11) - 1), 1440)::int) <= ${at}
      ORDER BY applied_at LIMIT ${QUARANTINED_MAX} FOR UPDATE SKIP LOCKED)
    RETURNING id`
  for (const { id } of due) await enqueue(id)
  return due.length
}

/** Tries every payout again that was put aside, at once: a line in one of them has its place now. */
export async function requeuePayouts(tx: DbClient): Promise<void> {
  const due = await tx.$queryRaw<{ id: string }[]>`
    UPDATE stripe_event SET status = 'pending' WHERE status = 'quarantined' AND object_id LIKE 'po\\_%' RETURNING id`
  for (const { id } of due) await enqueue(id, tx)
  // What the sweep found without an event has its own time to be tried again.
  await tx.$executeRaw`UPDATE unapplied_transaction SET tried_at = '-infinity' WHERE source_id LIKE 'po\\_%'`
}

function enqueue(eventId: string, tx: DbClient = db()): Promise<void> {
  return enqueueJob(tx, 'apply-stripe-event', { eventId }, { jobKey: `stripe-event:${eventId}` })
}
