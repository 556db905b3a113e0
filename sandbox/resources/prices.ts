import type Stripe from 'stripe'
import { missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { parseCurrency } from '#sandbox/currency.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { WirePrice } from '#sandbox/objects.ts'
import { type Route, route } from '#sandbox/router.ts'
import { addProduct } from './products.ts'
import { type Cycle, readCycle } from './recurring.ts'

export const priceRoutes: readonly Route[] = [
  route('POST', '/v1/prices', 'prices.create', createPrice),
  route('GET', '/v1/prices', 'prices.list', (sandbox, params) =>
    listPage(
      sandbox,
      '/v1/prices',
      params,
      {
        kind: 'price',
        created: createdRange(params.created),
        equals: { '$.product': params.product, '$.currency': params.currency, '$.type': params.type },
      },
      'price',
    ),
  ),
  route('GET', '/v1/prices/:id', 'prices.retrieve', (sandbox, _params, id) => mustGet(sandbox, 'price', id, 'price')),
]

function createPrice(sandbox: Sandbox, params: Stripe.PriceCreateParams): WirePrice {
  if (params.unit_amount === undefined) missing('unit_amount')
  const product = params.product
    ? mustGet(sandbox, 'product', params.product, 'product', 'product').id
    : addProduct(sandbox, params.product_data ?? missing('product')).id
  const price = addPrice(sandbox, {
    currency: parseCurrency(params.currency),
    unitAmount: params.unit_amount,
    product,
    active: params.active ?? true,
    cycle: params.recurring ? readCycle(params.recurring, 'recurring') : null,
    nickname: params.nickname ?? null,
    metadata: mergeMetadata({}, params.metadata),
  })
  emit(sandbox, 'price.created', price)
  return price
}

interface NewPrice {
  currency: string
  unitAmount: number
  product: string
  active: boolean
  /** Null or absent: it is paid once. */
  cycle?: Cycle | null
  nickname?: string | null
  metadata?: Record<string, string>
}

/** Stores a price; `unitAmount` in minor units. */
export function addPrice(sandbox: Sandbox, input: NewPrice): WirePrice {
  if (input.unitAmount < 0) throw invalidRequest('Invalid non-negative integer', { param: 'unit_amount' })
  return sandbox.store.put<WirePrice>({
    id: sandbox.ids.next('price'),
    object: 'price',
    active: input.active,
    billing_scheme: 'per_unit',
    created: sandbox.clock.now(),
    currency: input.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: input.metadata ?? {},
    nickname: input.nickname ?? null,
    product: input.product,
    recurring: input.cycle ? recurringPart(input.cycle) : null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: input.cycle ? 'recurring' : 'one_time',
    unit_amount: input.unitAmount,
    unit_amount_decimal: String(input.unitAmount),
  })
}

function recurringPart(cycle: Cycle): Stripe.Price.Recurring {
  return {
    interval: cycle.interval,
    interval_count: cycle.count,
    meter: null,
    trial_period_days: null,
    usage_type: 'licensed',
  }
}
