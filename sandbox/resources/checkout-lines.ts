import type Stripe from 'stripe'
import { missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { parseCurrency } from '#sandbox/currency.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { WireLineItem, WirePrice } from '#sandbox/objects.ts'
import type { CheckoutMode } from './checkout-checks.ts'
import { addPrice } from './prices.ts'
import { addProduct } from './products.ts'
import { readCycle } from './recurring.ts'
import { checkAlike } from './subscription-prices.ts'

type LineParams = Stripe.Checkout.SessionCreateParams.LineItem

const LINES_MAX = 100

/** The lines of a session, all of one currency; an inline price becomes a price and a product of its own. */
export function buildLineItems(sandbox: Sandbox, lines: LineParams[], mode: CheckoutMode): WireLineItem[] {
  if (lines.length === 0) missing('line_items')
  if (lines.length > LINES_MAX)
    throw invalidRequest(`You can have at most ${LINES_MAX} line items.`, { param: 'line_items' })
  const items = lines.map((line, index) => buildLineItem(sandbox, line, `line_items[${index}]`, mode))
  const currencies = new Set(items.map((item) => item.currency))
  if (currencies.size > 1) {
    throw invalidRequest('All prices on a Checkout Session must have the same currency.', { param: 'line_items' })
  }
  if (mode === 'subscription') checkRecurring(items)
  return items
}

function checkRecurring(items: WireLineItem[]): void {
  const recurring = items.flatMap((item) => (item.price?.recurring ? [item.price] : []))
  if (recurring.length === 0) {
    const message = 'You must provide at least one recurring price in `subscription` mode when using prices.'
    throw invalidRequest(message, { param: 'line_items' })
  }
  checkAlike(recurring)
}

function buildLineItem(sandbox: Sandbox, line: LineParams, param: string, mode: CheckoutMode): WireLineItem {
  if (line.price !== undefined && line.price_data !== undefined) {
    throw invalidRequest(`You may only specify one of these parameters: ${param}[price], ${param}[price_data].`)
  }
  const quantity = line.quantity ?? missing(`${param}[quantity]`)
  if (quantity < 1) {
    throw invalidRequest(`Invalid positive integer: ${quantity}`, {
      code: 'parameter_invalid_integer',
      param: `${param}[quantity]`,
    })
  }
  const price = linePrice(sandbox, line, param)
  if (mode === 'payment' && price.recurring) {
    throw invalidRequest('You cannot use recurring prices in `payment` mode.', { param })
  }
  const amount = (price.unit_amount ?? 0) * quantity
  if (!Number.isSafeInteger(amount)) throw invalidRequest('Invalid amount: too large.', { param })
  return {
    id: sandbox.ids.next('item'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: productName(sandbox, price),
    metadata: mergeMetadata({}, line.metadata, `${param}[metadata]`),
    price,
    quantity,
  }
}

function linePrice(sandbox: Sandbox, line: LineParams, param: string): WirePrice {
  if (line.price !== undefined) return mustGet(sandbox, 'price', line.price, 'price', `${param}[price]`)
  const data = line.price_data ?? missing(`${param}[price]`)
  const inner = `${param}[price_data]`
  const unitAmount = data.unit_amount ?? missing(`${inner}[unit_amount]`)
  const product = data.product
    ? mustGet(sandbox, 'product', data.product, 'product', `${inner}[product]`).id
    : addProduct(sandbox, data.product_data ?? missing(`${inner}[product]`)).id
  // Stripe keeps inline prices inactive, so that nothing else can be sold with them.
  return addPrice(sandbox, {
    currency: parseCurrency(data.currency, `${inner}[currency]`),
    unitAmount,
    product,
    active: false,
    cycle: data.recurring ? readCycle(data.recurring, `${inner}[recurring]`) : null,
  })
}

function productName(sandbox: Sandbox, price: WirePrice): string | null {
  return sandbox.store.get('product', String(price.product))?.name ?? null
}
