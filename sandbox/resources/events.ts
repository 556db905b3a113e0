import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { resendEvent } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { type Route, route } from '#sandbox/router.ts'

const KEPT_SECONDS = 30 * 24 * 3600
const TYPES_MAX = 20

export const eventRoutes: readonly Route[] = [
  route('GET', '/v1/events', 'events.list', listEvents),
  // Undocumented: what `stripe events resend` asks for.
  route('POST', '/v1/events/:id/retry', 'events.retry', (sandbox, _params, id) => resendEvent(sandbox, id)),
  route('GET', '/v1/events/:id', 'events.retrieve', (sandbox, _params, id) => mustGet(sandbox, 'event', id, 'event')),
]

function listEvents(sandbox: Sandbox, params: Stripe.EventListParams): object {
  if (params.type !== undefined && params.types !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: type, types.')
  }
  const types = params.types ?? (params.type === undefined ? [] : [params.type])
  if (types.length > TYPES_MAX) throw invalidRequest(`You may pass at most ${TYPES_MAX} types.`, { param: 'types' })
  const conditions: string[] = []
  const values: string[] = []
  if (types.length > 0) {
    conditions.push(`(${types.map(() => "json_extract(json, '$.type') GLOB ?").join(' OR ')})`)
    values.push(...types.map(globPattern))
  }
  if (params.delivery_success !== undefined) {
    // An event without a delivery was made while no endpoint was set; Stripe counts it as delivered.
    const undelivered = "SELECT event FROM delivery WHERE state <> 'delivered'"
    conditions.push(`id ${params.delivery_success ? 'NOT IN' : 'IN'} (${undelivered})`)
  }
  const oldest = sandbox.clock.now() - KEPT_SECONDS
  const created = createdRange(params.created) ?? {}
  const query = {
    kind: 'event' as const,
    created: { ...created, gte: Math.max(oldest, created.gte ?? 0) },
    also: conditions.length === 0 ? undefined : ([conditions.join(' AND '), ...values] as [string, ...string[]]),
  }
  return listPage(sandbox, '/v1/events', params, query, 'event')
}

// Stripe's wildcard is the star; SQLite's other two signs must stay ordinary letters.
function globPattern(type: string): string {
  return type.replace(/[[?]/g, (sign) => `[${sign}]`)
}
