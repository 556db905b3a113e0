import { z } from 'zod'
import { listAtStripe, providerError, stripe } from './client.ts'
import { DONATION_KEY, timeOf } from './read-answer.ts'
import type { StripeEventNotice } from './types.ts'

// Objects without an id (a balance) and without metadata (a payout's) exist; what is there must have its type.
const eventSchema = z.object({
  id: z.string().regex(/^evt_\w{1,250}$/),
  object: z.literal('event'),
  type: z.string().min(1).max(100),
  api_version: z.string().nullish(),
  created: z.number().int(),
  livemode: z.boolean(),
  data: z.object({
    object: z.object({
      id: z.string().max(255).optional(),
      object: z.string().max(100),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  }),
})

/** Reads an event as Stripe sends or lists it; null when it is none. `livemode` says whether real money is meant. */
export function readEvent(payload: unknown): (StripeEventNotice & { livemode: boolean }) | null {
  const parsed = eventSchema.safeParse(payload)
  if (!parsed.success) return null
  const { data, ...event } = parsed.data
  return {
    id: event.id,
    type: event.type,
    apiVersion: event.api_version ?? null,
    objectType: data.object.object,
    objectId: data.object.id ?? '',
    createdAt: timeOf(event.created),
    donationId: data.object.metadata?.[DONATION_KEY] ?? null,
    livemode: event.livemode,
  }
}

/** Events since a moment (Stripe keeps 30 days), newest first; `undelivered` lists only those no endpoint took. */
export async function listEvents(filter: { createdFrom: Date; undelivered?: boolean }): Promise<StripeEventNotice[]> {
  const params = {
    created: { gte: Math.floor(filter.createdFrom.getTime() / 1_000) },
    ...(filter.undelivered ? { delivery_success: false } : {}),
  }
  const found = await listAtStripe((page) => stripe().events.list({ ...params, limit: 100, ...page }))
  return found.map((item) => {
    const event = readEvent(item)
    if (!event) throw providerError(new Error('A listed event has no id or object'))
    return event
  })
}
