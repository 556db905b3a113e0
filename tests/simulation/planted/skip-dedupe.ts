import type { receiveEvent } from '#lib/webhooks/receive-event.ts'
import type { PlantedBug } from './bug.ts'

export const skipDedupe: PlantedBug = {
  sentence: 'An event that Stripe delivers twice is kept twice, because its id is not looked at.',
  breaks: ['Only events that Stripe made are kept, each once.'],
  module: { path: '#lib/webhooks/receive-event.ts', replace: () => ({ receiveEvent: keepAlways }) },
  sql: 'ALTER TABLE stripe_event DROP CONSTRAINT stripe_event_pkey CASCADE',
}

/** What the endpoint does, without its ON CONFLICT; in the product that was loaded anew for this bug. */
const keepAlways: typeof receiveEvent = async ({ id, type, apiVersion, objectId, objectType, ...notice }) => {
  const payload = { objectType, donationId: notice.donationId, createdAt: notice.createdAt.toISOString() }
  const [{ db }, { now }, { isHandled }] = await Promise.all([
    import('#lib/db/client.ts'),
    import('#lib/clock.ts'),
    import('#lib/webhooks/apply-event.ts'),
  ])
  const status = isHandled(type) ? 'pending' : 'ignored'
  await db().$queryRaw`
    WITH kept AS (
      INSERT INTO stripe_event (id, type, api_version, object_id, payload, status, received_at)
      VALUES (${id}, ${type}, ${apiVersion}, ${objectId}, ${JSON.stringify(payload)}::jsonb, ${status}::stripe_event_status, ${now()}) RETURNING id, status)
    SELECT (graphile_worker.add_job('apply-stripe-event', json_build_object('eventId', id),
      job_key => 'stripe-event:' || id, max_attempts => 25)).id FROM kept WHERE status = 'pending'`
  return true
}
