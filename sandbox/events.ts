import Stripe from 'stripe'
import type { Sandbox } from './context.ts'
import { mustGet } from './lists.ts'
import { present } from './present.ts'

export type EventType = Stripe.Event.Type

const RETRY_FOR_MS = 3 * 24 * 3600 * 1000

/**
 * Records that something happened and, where an endpoint is set, queues its delivery in the same transaction.
 * `previous` holds the old values of what changed, as `data.previous_attributes`.
 */
export function emit(sandbox: Sandbox, type: EventType, object: object, previous?: object): Stripe.EventBase {
  const event: Stripe.EventBase = {
    id: sandbox.ids.next('event'),
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: sandbox.clock.now(),
    data: { object: present(sandbox, object), ...(previous && { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: sandbox.webhook.url ? 1 : 0,
    request: { ...sandbox.request },
    type,
  }
  sandbox.store.put(event)
  if (sandbox.webhook.url) queueDelivery(sandbox, event.id)
  return event
}

/** Sends an event once more, whatever became of it before and however old it is. */
export function resendEvent(sandbox: Sandbox, id: string): Stripe.EventBase {
  const event = mustGet(sandbox, 'event', id, 'event')
  queueDelivery(sandbox, id)
  return event
}

function queueDelivery(sandbox: Sandbox, id: string): void {
  const nowMs = sandbox.clock.nowMs()
  const sql = `INSERT INTO delivery (event, state, next_at_ms, give_up_at_ms) VALUES (?, 'pending', ?, ?)
    ON CONFLICT (event) DO UPDATE SET state = 'pending', attempts = 0, next_at_ms = excluded.next_at_ms,
      give_up_at_ms = excluded.give_up_at_ms`
  sandbox.store.run(sql, id, nowMs, nowMs + RETRY_FOR_MS)
}
