import type Stripe from 'stripe'
import { change } from '#sandbox/change.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { checkChargeAmount } from '#sandbox/currency.ts'
import { invalidRequest, resourceMissing } from '#sandbox/errors.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { StoredSubscription, WireSubscriptionItem } from '#sandbox/objects.ts'
import { refuse } from '#sandbox/refuse.ts'
import { schedule } from '#sandbox/schedule.ts'
import { ownMethod } from './payment-methods.ts'
import { cycleOf } from './recurring.ts'
import { checkAlike, readItemPrice, readQuantity } from './subscription-prices.ts'
import { buildItem, itemList, planOf } from './subscription-shape.ts'
import { hasEnded } from './subscription-states.ts'

type Params = Stripe.SubscriptionUpdateParams

const UPDATED = 'customer.subscription.updated'
const UNKNOWN = [
  'add_invoice_items',
  'application_fee_percent',
  'automatic_tax',
  'billing_cycle_anchor',
  'billing_schedules',
  'billing_thresholds',
  'cancel_at',
  'collection_method',
  'days_until_due',
  'default_source',
  'default_tax_rates',
  'discounts',
  'invoice_settings',
  'on_behalf_of',
  'pending_invoice_item_interval',
  'proration_date',
  'transfer_data',
  'trial_end',
  'trial_from_plan',
  'trial_settings',
] as const
const ALLOWED_AFTER_END = new Set(['metadata', 'cancellation_details', 'expand'])

/** Changes a subscription; one `customer.subscription.updated` tells all that is new. Amounts count from the next period on. */
export function updateSubscription(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  params: Params,
): StoredSubscription {
  refuse(params, UNKNOWN)
  if (hasEnded(subscription) && Object.keys(params).some((name) => !ALLOWED_AFTER_END.has(name))) {
    throw invalidRequest('A canceled subscription can only update its cancellation_details and metadata.')
  }
  const values: Partial<StoredSubscription> = {
    metadata: mergeMetadata(subscription.metadata, params.metadata),
    ...(params.description !== undefined && { description: params.description || null }),
    ...(params.items && { items: changedItems(sandbox, subscription, params) }),
    ...(params.default_payment_method !== undefined && {
      default_payment_method: ownMethod(
        sandbox,
        String(subscription.customer),
        params.default_payment_method,
        'default_payment_method',
      ).id,
    }),
    ...paymentSettings(subscription, params.payment_settings),
    ...cancellation(sandbox, subscription, params),
    ...collectionPause(sandbox, subscription, params.pause_collection),
  }
  return change(sandbox, UPDATED, subscription, values)
}

function paymentSettings(
  subscription: StoredSubscription,
  wanted: Params['payment_settings'],
): Partial<StoredSubscription> {
  if (wanted === undefined) return {}
  refuse(wanted, ['payment_method_options', 'payment_method_types'], 'payment_settings')
  const known = subscription.payment_settings
  return {
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: wanted.save_default_payment_method ?? known?.save_default_payment_method ?? 'off',
    },
  }
}

function cancellation(sandbox: Sandbox, subscription: StoredSubscription, params: Params): Partial<StoredSubscription> {
  const known = subscription.cancellation_details
  const details = {
    comment: params.cancellation_details?.comment || known?.comment || null,
    feedback: params.cancellation_details?.feedback || known?.feedback || null,
    feedback_option: null,
    reason: known?.reason ?? null,
  }
  const wanted = params.cancel_at_period_end
  if (wanted === undefined || wanted === subscription.cancel_at_period_end) return { cancellation_details: details }
  return {
    cancel_at_period_end: wanted,
    cancel_at: wanted ? (subscription.items.data[0]?.current_period_end ?? null) : null,
    canceled_at: wanted ? sandbox.clock.now() : null,
    cancellation_details: { ...details, reason: wanted ? 'cancellation_requested' : null },
  }
}

function collectionPause(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  pause: Params['pause_collection'],
): Partial<StoredSubscription> {
  if (pause === undefined) return {}
  if (pause === '' || pause === null) return { pause_collection: null }
  const resumesAt = pause.resumes_at ?? null
  if (resumesAt !== null) {
    if (resumesAt <= sandbox.clock.now()) {
      throw invalidRequest('The `resumes_at` timestamp must be in the future.', {
        param: 'pause_collection[resumes_at]',
      })
    }
    schedule(sandbox, resumesAt, 'resume-collection', subscription.id)
  }
  return { pause_collection: { behavior: pause.behavior, resumes_at: resumesAt } }
}

function changedItems(sandbox: Sandbox, subscription: StoredSubscription, params: Params): StoredSubscription['items'] {
  let items = subscription.items.data.map((item) => ({ ...item }))
  let changesMoney = false
  for (const [index, wanted] of (params.items ?? []).entries()) {
    const param = `items[${index}]`
    const price = readItemPrice(sandbox, wanted, param)
    if (wanted.id === undefined) {
      // An item without an id is a further one: the well-known way to charge twice.
      if (!price) throw invalidRequest(`Missing required param: ${param}[price].`, { code: 'parameter_missing', param })
      items.push(addedItem(sandbox, subscription, { price, quantity: readQuantity(wanted, param) }))
      changesMoney = true
      continue
    }
    const item = items.find((candidate) => candidate.id === wanted.id)
    if (!item) throw resourceMissing('subscription_item', wanted.id, `${param}[id]`)
    if (wanted.deleted) {
      items = items.filter((candidate) => candidate !== item)
      changesMoney = true
      continue
    }
    const quantity = readQuantity(wanted, param, item.quantity)
    changesMoney ||= price !== undefined || quantity !== item.quantity
    item.quantity = quantity
    item.metadata = mergeMetadata(item.metadata, wanted.metadata)
    if (price) Object.assign(item, { price, plan: planOf(price) })
  }
  if (changesMoney) checkNewItems(subscription, items, params)
  return itemList(subscription.id, items)
}

function addedItem(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  input: Pick<WireSubscriptionItem, 'price'> & { quantity: number },
): WireSubscriptionItem {
  const first = subscription.items.data[0]
  const item = buildItem(sandbox, subscription.id, { ...input, metadata: {} }, sandbox.clock.now())
  if (!first) return item
  return { ...item, current_period_start: first.current_period_start, current_period_end: first.current_period_end }
}

function checkNewItems(subscription: StoredSubscription, items: WireSubscriptionItem[], params: Params): void {
  if (items.length === 0) throw invalidRequest('A subscription must have at least one active plan.', { param: 'items' })
  if (params.proration_behavior !== 'none') {
    const message = 'This sandbox has no prorations: send `proration_behavior=none`.'
    throw invalidRequest(message, { param: 'proration_behavior' })
  }
  const before = subscription.items.data[0]?.price
  checkAlike([...items.map((item) => item.price), ...(before ? [before] : [])])
  const total = items.reduce((sum, item) => sum + (item.price.unit_amount ?? 0) * (item.quantity ?? 1), 0)
  if (total > 0) checkChargeAmount(total, subscription.currency, 'items')
  for (const item of items) cycleOf(item.price)
}
