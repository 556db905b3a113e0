import type Stripe from 'stripe'
import { missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { checkChargeAmount } from '#sandbox/currency.ts'
import { ApiError, invalidRequest, resourceMissing } from '#sandbox/errors.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { StoredSubscription } from '#sandbox/objects.ts'
import { refuse } from '#sandbox/refuse.ts'
import { type Route, route } from '#sandbox/router.ts'
import { collectInvoice, defaultMethod } from './collection.ts'
import { liveCustomer } from './customers.ts'
import { finalizeInvoice } from './invoice-states.ts'
import { ownMethod } from './payment-methods.ts'
import { beginSubscription } from './subscription-life.ts'
import { pauseSubscription, resumeSubscription } from './subscription-pause.ts'
import { readNewItems } from './subscription-prices.ts'
import { buildSubscription } from './subscription-shape.ts'
import { endSubscription, hasEnded } from './subscription-states.ts'
import { updateSubscription } from './subscription-update.ts'

const URL = '/v1/subscriptions'
const NOUN = 'subscription'
const UNKNOWN = [
  'add_invoice_items',
  'application_fee_percent',
  'automatic_tax',
  'backdate_start_date',
  'billing_cycle_anchor',
  'billing_cycle_anchor_config',
  'billing_schedules',
  'billing_thresholds',
  'cancel_at',
  'customer_account',
  'days_until_due',
  'default_source',
  'default_tax_rates',
  'discounts',
  'invoice_settings',
  'on_behalf_of',
  'pending_invoice_item_interval',
  'transfer_data',
  'trial_end',
  'trial_from_plan',
  'trial_period_days',
  'trial_settings',
] as const

export const subscriptionRoutes: readonly Route[] = [
  route('POST', URL, 'subscriptions.create', createSubscription),
  route('GET', URL, 'subscriptions.list', listSubscriptions),
  route('GET', `${URL}/:id`, 'subscriptions.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'subscription', id, NOUN),
  ),
  route('POST', `${URL}/:id`, 'subscriptions.update', (sandbox, params, id) =>
    updateSubscription(sandbox, mustGet(sandbox, 'subscription', id, NOUN), params),
  ),
  route('DELETE', `${URL}/:id`, 'subscriptions.cancel', (sandbox, params, id) => {
    const subscription = mustGet(sandbox, 'subscription', id, NOUN)
    if (params.invoice_now || params.prorate) refuse(params, ['invoice_now', 'prorate'])
    // What has ended is gone for this call, as at Stripe.
    if (hasEnded(subscription)) throw resourceMissing(NOUN, id)
    return endSubscription(sandbox, subscription, {
      reason: 'cancellation_requested',
      comment: params.cancellation_details?.comment || null,
      feedback: params.cancellation_details?.feedback || null,
    })
  }),
  route('POST', `${URL}/:id/pause`, 'subscriptions.pause', (sandbox, params, id) =>
    pauseSubscription(sandbox, mustGet(sandbox, 'subscription', id, NOUN), params),
  ),
  route('POST', `${URL}/:id/resume`, 'subscriptions.resume', (sandbox, params, id) =>
    resumeSubscription(sandbox, mustGet(sandbox, 'subscription', id, NOUN), params),
  ),
]

function createSubscription(sandbox: Sandbox, params: Stripe.SubscriptionCreateParams): StoredSubscription {
  refuse(params, UNKNOWN)
  if (params.collection_method === 'send_invoice' || params.payment_behavior === 'pending_if_incomplete') {
    throw invalidRequest('This sandbox only charges automatically, at once.', { param: 'collection_method' })
  }
  refuse(params.payment_settings ?? {}, ['payment_method_options', 'payment_method_types'], 'payment_settings')
  const customer = liveCustomer(sandbox, params.customer ?? missing('customer'), 'customer')
  const items = readNewItems(sandbox, params.items ?? [])
  const currency = items[0]?.price.currency ?? 'usd'
  const total = items.reduce((sum, item) => sum + (item.price.unit_amount ?? 0) * item.quantity, 0)
  if (total > 0) checkChargeAmount(total, currency, 'items')
  const given = params.default_payment_method
  const subscription = buildSubscription(sandbox, {
    customer: customer.id,
    currency,
    items,
    metadata: mergeMetadata({}, params.metadata || undefined),
    description: params.description ?? null,
    defaultPaymentMethod:
      given === undefined ? null : ownMethod(sandbox, customer.id, given, 'default_payment_method').id,
    status: 'incomplete',
    cancelAtPeriodEnd: params.cancel_at_period_end ?? false,
    saveDefault: params.payment_settings?.save_default_payment_method === 'on_subscription' ? 'on_subscription' : 'off',
  })
  const invoice = beginSubscription(sandbox, subscription)
  if (params.payment_behavior !== 'default_incomplete' && total > 0 && !defaultMethod(sandbox, invoice)) {
    const message =
      'This customer has no attached payment source or default payment method. Please consider adding a default payment method.'
    throw invalidRequest(message, { code: 'resource_missing' })
  }
  finalizeInvoice(sandbox, invoice)
  if (invoice.status === 'paid') setActive(sandbox, subscription.id)
  else if (params.payment_behavior !== 'default_incomplete') {
    const result = collectInvoice(sandbox, invoice, { offSession: params.off_session ?? false, automatic: false })
    // Thrown, so that nothing of the subscription remains.
    if (params.payment_behavior === 'error_if_incomplete' && result.status !== 'succeeded') {
      throw new ApiError(402, result.status === 'declined' ? result.error : actionRequired())
    }
  }
  return mustGet(sandbox, 'subscription', subscription.id, NOUN)
}

function setActive(sandbox: Sandbox, id: string): void {
  const subscription = mustGet(sandbox, 'subscription', id, NOUN)
  subscription.status = 'active'
  sandbox.store.put(subscription)
}

function actionRequired() {
  const message =
    'Payment for this subscription requires additional user action before it can be completed successfully.'
  return { type: 'card_error' as const, code: 'subscription_payment_intent_requires_action', message }
}

function listSubscriptions(sandbox: Sandbox, params: Stripe.SubscriptionListParams): object {
  refuse(params, [
    'automatic_tax',
    'current_period_end',
    'current_period_start',
    'customer_account',
    'plan',
    'test_clock',
  ])
  const status = "json_extract(json, '$.status')"
  const also: [string, ...string[]] | undefined =
    params.status === undefined
      ? [`${status} <> 'canceled'`]
      : params.status === 'all'
        ? undefined
        : params.status === 'ended'
          ? [`${status} IN ('canceled', 'incomplete_expired')`]
          : [`${status} = ?`, params.status]
  const query = {
    kind: 'subscription' as const,
    created: createdRange(params.created),
    equals: { '$.customer': params.customer, '$.items.data[0].price.id': params.price },
    also,
  }
  return listPage(sandbox, URL, params, query, NOUN)
}
