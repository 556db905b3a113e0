import type Stripe from 'stripe'
import { z } from 'zod'
import { logger } from '#lib/log.ts'
import { type CallBudget, listWithin, stripe } from './client.ts'
import { createdWithin, DONATION_KEY, timeOf } from './read-answer.ts'
import type { StripeEventNotice, TimeSpan } from './types.ts'

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
    donationId: markOf(data.object.metadata?.[DONATION_KEY]),
    livemode: event.livemode,
  }
}

/** Our mark, where it is one: the dashboard lets people write anything there. */
function markOf(text: string | undefined): string | null {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null
}

/**
 * Events of a span of time (Stripe keeps 30 days), newest first; `undelivered` lists only those no endpoint took. Null
 * when there are more than the pages or the budget allow.
 */
export async function listEvents(
  span: TimeSpan & { undelivered?: boolean },
  budget: CallBudget,
  pagesMax: number,
): Promise<StripeEventNotice[] | null> {
  const params = { created: createdWithin(span), ...(span.undelivered ? { delivery_success: false } : {}) }
  const call = (page: { starting_after?: string }) => stripe().events.list({ ...params, limit: 100, ...page })
  const found = await listWithin(call, budget, pagesMax)
  return found?.flatMap(readListed) ?? null
}

/** One that cannot be read must not keep the others from being found. */
function readListed(item: Stripe.Event): StripeEventNotice[] {
  const event = readEvent(item)
  if (!event) logger().error({ event: item.id }, 'a listed event could not be read')
  return event ? [event] : []
}
