import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import type { StripeEventNotice } from '#lib/stripe/types.ts'
import { isHandled } from './apply-event.ts'

/** Why an event is kept and nothing is done with it: no fault of its own, as with another account's. */
export const NO_HANDLER = 'No handler for this type'

/**
 * Keeps a verified event and the job that applies it, in one statement: an answer of 200 after it means committed.
 * What Stripe sends twice is kept once. The event's contents are not kept: they may name a person, and what is true is
 * fetched when it is applied. Answers whether the event was new.
 */
export async function receiveEvent(notice: StripeEventNotice): Promise<boolean> {
  const { id, type, apiVersion, objectId } = notice
  const [status, remark] = isHandled(type) ? ['pending', null] : ['ignored', NO_HANDLER]
  const payload = {
    objectType: notice.objectType,
    donationId: notice.donationId,
    createdAt: notice.createdAt.toISOString(),
  }
  const rows = await db().$queryRaw<unknown[]>`
    WITH kept AS (
      INSERT INTO stripe_event (id, type, api_version, object_id, payload, status, last_error, received_at)
      VALUES (${id}, ${type}, ${apiVersion}, ${objectId}, ${JSON.stringify(payload)}::jsonb, ${status}::stripe_event_status, ${remark}, ${now()})
      ON CONFLICT (id) DO NOTHING RETURNING id, status)
    SELECT CASE WHEN status = 'pending' THEN (graphile_worker.add_job('apply-stripe-event', json_build_object('eventId', id),
      job_key => 'stripe-event:' || id, max_attempts => 25)).id END FROM kept`
  return rows.length > 0
}
