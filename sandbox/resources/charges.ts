import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import { type Route, route } from '#sandbox/router.ts'

export const chargeRoutes: readonly Route[] = [
  route('GET', '/v1/charges', 'charges.list', (sandbox, params) =>
    listPage(
      sandbox,
      '/v1/charges',
      params,
      {
        kind: 'charge',
        created: createdRange(params.created),
        equals: { '$.customer': params.customer, '$.payment_intent': params.payment_intent },
      },
      'charge',
    ),
  ),
  route('GET', '/v1/charges/:id', 'charges.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'charge', id, 'charge'),
  ),
  route('POST', '/v1/charges/:id', 'charges.update', updateCharge),
]

function updateCharge(sandbox: Sandbox, params: Stripe.ChargeUpdateParams, id: string): Stripe.Charge {
  const charge = mustGet(sandbox, 'charge', id, 'charge')
  const previous = { metadata: charge.metadata, description: charge.description }
  charge.metadata = mergeMetadata(charge.metadata, params.metadata)
  charge.description = params.description ?? charge.description
  sandbox.store.put(charge)
  emit(sandbox, 'charge.updated', charge, previous)
  return charge
}
