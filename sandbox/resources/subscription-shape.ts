import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import type { StoredSubscription, WirePlan, WirePrice, WireSubscriptionItem } from '#sandbox/objects.ts'
import { cycleOf, periodStart } from './recurring.ts'

export interface NewSubscriptionItem {
  price: WirePrice
  quantity: number
  metadata: Record<string, string>
}

export interface NewSubscription {
  customer: string
  currency: string
  items: NewSubscriptionItem[]
  metadata: Record<string, string>
  description: string | null
  defaultPaymentMethod: string | null
  status: Stripe.Subscription.Status
  cancelAtPeriodEnd: boolean
  saveDefault: 'off' | 'on_subscription'
}

/** A subscription whose first period begins now; not stored, no event. */
export function buildSubscription(sandbox: Sandbox, input: NewSubscription): StoredSubscription {
  const id = sandbox.ids.next('subscription')
  const now = sandbox.clock.now()
  const items = input.items.map((item) => buildItem(sandbox, id, item, now))
  const end = items[0]?.current_period_end ?? now
  return {
    id,
    object: 'subscription',
    ...emptySubscription(),
    billing_cycle_anchor: now,
    cancel_at: input.cancelAtPeriodEnd ? end : null,
    cancel_at_period_end: input.cancelAtPeriodEnd,
    canceled_at: input.cancelAtPeriodEnd ? now : null,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      reason: input.cancelAtPeriodEnd ? 'cancellation_requested' : null,
    },
    created: now,
    currency: input.currency,
    customer: input.customer,
    default_payment_method: input.defaultPaymentMethod,
    description: input.description,
    items: itemList(id, items),
    metadata: input.metadata,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: input.saveDefault,
    },
    start_date: now,
    status: input.status,
    _period: 0,
  }
}

/** An item whose first period begins at the given second. */
export function buildItem(
  sandbox: Sandbox,
  subscription: string,
  item: NewSubscriptionItem,
  start: number,
): WireSubscriptionItem {
  return {
    id: sandbox.ids.next('subscription_item'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: sandbox.clock.now(),
    current_period_end: periodStart(start, cycleOf(item.price), 1),
    current_period_start: start,
    current_trial: null,
    discounts: [],
    metadata: item.metadata,
    plan: planOf(item.price),
    price: item.price,
    quantity: item.quantity,
    subscription,
    tax_rates: [],
  }
}

export function itemList(subscription: string, items: WireSubscriptionItem[]): StoredSubscription['items'] {
  const url = `/v1/subscription_items?subscription=${subscription}`
  return { object: 'list', data: items, has_more: false, url }
}

/** The old name of a recurring price, which Stripe still sends along. */
export function planOf(price: WirePrice): WirePlan {
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: 'per_unit',
    created: price.created,
    currency: price.currency,
    interval: price.recurring?.interval ?? 'month',
    interval_count: price.recurring?.interval_count ?? 1,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  }
}

function emptySubscription() {
  return {
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' as const }, type: 'flexible' as const },
    billing_schedules: [],
    billing_thresholds: null,
    collection_method: 'charge_automatically' as const,
    customer_account: null,
    days_until_due: null,
    default_source: null,
    default_tax_rates: [],
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' as const },
    },
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    test_clock: null,
    transfer_data: null,
    trial_end: null,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: 'unchanged' as const, missing_payment_method: 'create_invoice' as const },
    },
    trial_start: null,
  }
}
