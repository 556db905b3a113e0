import type Stripe from 'stripe'
import { missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { parseCurrency } from '#sandbox/currency.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { WirePrice } from '#sandbox/objects.ts'
import { refuse } from '#sandbox/refuse.ts'
import { addPrice } from './prices.ts'
import { cycleOf, readCycle } from './recurring.ts'
import type { NewSubscriptionItem } from './subscription-shape.ts'

type ItemParams = Stripe.SubscriptionUpdateParams.Item

const ITEMS_MAX = 20
const UNKNOWN = ['billing_thresholds', 'clear_usage', 'current_trial', 'discounts', 'plan', 'tax_rates'] as const

/** The items of a new subscription: at least one, all of one currency and one cycle. */
export function readNewItems(sandbox: Sandbox, items: ItemParams[]): NewSubscriptionItem[] {
  if (items.length === 0) missing('items')
  if (items.length > ITEMS_MAX) throw invalidRequest(`You can have at most ${ITEMS_MAX} items.`, { param: 'items' })
  const read = items.map((item, index) => {
    const param = `items[${index}]`
    const price = readItemPrice(sandbox, item, param) ?? missing(`${param}[price]`)
    return {
      price,
      quantity: readQuantity(item, param),
      metadata: mergeMetadata({}, item.metadata ?? undefined, param),
    }
  })
  checkAlike(read.map((item) => item.price))
  return read
}

/** The recurring price an item names or describes; undefined where it does neither. */
export function readItemPrice(sandbox: Sandbox, item: ItemParams, param: string): WirePrice | undefined {
  refuse(item, UNKNOWN, param)
  if (item.price !== undefined && item.price_data !== undefined) {
    throw invalidRequest(`You may only specify one of these parameters: ${param}[price], ${param}[price_data].`)
  }
  if (item.price !== undefined) {
    const price = mustGet(sandbox, 'price', item.price, 'price', `${param}[price]`)
    if (price.recurring) return price
    const message =
      'The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.'
    throw invalidRequest(message, { param: `${param}[price]` })
  }
  if (item.price_data === undefined) return undefined
  const data = item.price_data
  const inner = `${param}[price_data]`
  return addPrice(sandbox, {
    currency: parseCurrency(data.currency, `${inner}[currency]`),
    unitAmount: data.unit_amount ?? missing(`${inner}[unit_amount]`),
    product: mustGet(sandbox, 'product', data.product, 'product', `${inner}[product]`).id,
    active: false,
    cycle: readCycle(data.recurring, `${inner}[recurring]`),
  })
}

export function readQuantity(item: ItemParams, param: string, current = 1): number {
  const quantity = item.quantity ?? current
  if (quantity >= 0) return quantity
  throw invalidRequest(`Invalid non-negative integer`, { param: `${param}[quantity]` })
}

/** Refuses prices that could not stand on one invoice. */
export function checkAlike(prices: WirePrice[]): void {
  const currencies = new Set(prices.map((price) => price.currency))
  if (currencies.size > 1) {
    throw invalidRequest('All prices on a subscription must have the same `currency`.', { param: 'items' })
  }
  const cycles = new Set(prices.map((price) => JSON.stringify(cycleOf(price))))
  if (cycles.size > 1) {
    const message =
      'Currently, all prices on a subscription must have the same `recurring.interval` and `recurring.interval_count`.'
    throw invalidRequest(message, { param: 'items' })
  }
}
