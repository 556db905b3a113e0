import type Stripe from 'stripe'
import { findCard, type TestCard } from '#sandbox/cards.ts'
import { checkUrl, missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { checkChargeAmount, parseCurrency } from '#sandbox/currency.ts'
import { ApiError, invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { StoredPaymentIntent } from '#sandbox/objects.ts'
import { payIntent, payWithMethod } from '#sandbox/payments.ts'
import { type Route, route } from '#sandbox/router.ts'
import { cardOfMethod } from '#sandbox/stored-cards.ts'
import { liveCustomer } from './customers.ts'

const NOUN = 'payment_intent'
const CANCELABLE = new Set(['requires_payment_method', 'requires_confirmation', 'requires_action', 'processing'])
const CONFIRMABLE = new Set(['requires_payment_method', 'requires_confirmation'])

export const paymentIntentRoutes: readonly Route[] = [
  route('POST', '/v1/payment_intents', 'payment_intents.create', createIntent),
  route('GET', '/v1/payment_intents', 'payment_intents.list', (sandbox, params) =>
    listPage(
      sandbox,
      '/v1/payment_intents',
      params,
      { kind: 'payment_intent', created: createdRange(params.created), equals: { '$.customer': params.customer } },
      NOUN,
    ),
  ),
  route('GET', '/v1/payment_intents/:id', 'payment_intents.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'payment_intent', id, NOUN),
  ),
  route('POST', '/v1/payment_intents/:id', 'payment_intents.update', updateIntent),
  route('POST', '/v1/payment_intents/:id/confirm', 'payment_intents.confirm', (sandbox, params, id) => {
    const intent = ownIntent(sandbox, id, 'confirm')
    return confirmIntent(sandbox, intent, params)
  }),
  route('POST', '/v1/payment_intents/:id/cancel', 'payment_intents.cancel', (sandbox, params, id) =>
    cancelIntent(sandbox, ownIntent(sandbox, id, 'cancel'), params.cancellation_reason ?? null),
  ),
]

export interface NewIntent {
  /** Minor units. */
  amount: number
  currency: string
  customer: string | null
  description: string | null
  metadata: Record<string, string>
  receiptEmail: string | null
  created?: number
}

/** An intent that waits for its payment method; not stored, no event. */
export function buildIntent(sandbox: Sandbox, input: NewIntent): StoredPaymentIntent {
  const id = sandbox.ids.next('payment_intent')
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: input.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    canceled_at: null,
    cancellation_reason: null,
    capture_method: 'automatic_async',
    client_secret: `${id}_secret_${sandbox.ids.next('secret')}`,
    confirmation_method: 'automatic',
    created: input.created ?? sandbox.clock.now(),
    currency: input.currency,
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: input.receiptEmail,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}

function createIntent(sandbox: Sandbox, params: Stripe.PaymentIntentCreateParams): StoredPaymentIntent | ApiError {
  const currency = parseCurrency(params.currency)
  checkChargeAmount(params.amount, currency)
  const intent = buildIntent(sandbox, {
    amount: params.amount,
    currency,
    customer: params.customer ? liveCustomer(sandbox, params.customer, 'customer').id : null,
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    receiptEmail: params.receipt_email ?? null,
  })
  sandbox.store.put(intent)
  emit(sandbox, 'payment_intent.created', intent)
  if (params.payment_method) cardOf(sandbox, params.payment_method)
  if (params.confirm) return confirmIntent(sandbox, intent, params)
  return intent
}

function confirmIntent(
  sandbox: Sandbox,
  intent: StoredPaymentIntent,
  params: Pick<Stripe.PaymentIntentConfirmParams, 'payment_method' | 'return_url' | 'off_session'>,
): StoredPaymentIntent | ApiError {
  if (!CONFIRMABLE.has(intent.status)) throw unexpectedState(intent, 'confirm')
  checkUrl(params.return_url, 'return_url')
  const id = params.payment_method ?? missing('payment_method')
  const card = cardOf(sandbox, id)
  if (params.return_url) intent._return_url = params.return_url
  const stored = sandbox.store.get('payment_method', id)
  const result = stored
    ? payWithMethod(sandbox, intent, stored, Boolean(params.off_session))
    : payIntent(sandbox, intent, card, { email: intent.receipt_email, name: null })
  return result.status === 'declined' ? new ApiError(402, result.error) : intent
}

/** Ends an intent that has not been paid; a paid one is refused in Stripe's words. */
export function cancelIntent(
  sandbox: Sandbox,
  intent: StoredPaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): StoredPaymentIntent {
  if (!CANCELABLE.has(intent.status)) throw unexpectedState(intent, 'cancel')
  intent.status = 'canceled'
  intent.canceled_at = sandbox.clock.now()
  intent.cancellation_reason = reason
  intent.next_action = null
  sandbox.store.put(intent)
  emit(sandbox, 'payment_intent.canceled', intent)
  return intent
}

function updateIntent(sandbox: Sandbox, params: Stripe.PaymentIntentUpdateParams, id: string): StoredPaymentIntent {
  const intent = mustGet(sandbox, 'payment_intent', id, NOUN)
  if (params.amount !== undefined) {
    if (!CONFIRMABLE.has(ownIntent(sandbox, id, 'change the amount of').status)) throw unexpectedState(intent, 'update')
    checkChargeAmount(params.amount, intent.currency)
    intent.amount = params.amount
  }
  intent.metadata = mergeMetadata(intent.metadata, params.metadata)
  intent.description = params.description ?? intent.description
  return sandbox.store.put(intent)
}

// What Checkout or an invoice began, only that may end: it would not know.
function ownIntent(sandbox: Sandbox, id: string, action: string): StoredPaymentIntent {
  const intent = mustGet(sandbox, 'payment_intent', id, NOUN)
  if (intent._session === undefined && intent._invoice === undefined) return intent
  const owner = intent._session === undefined ? 'an Invoice' : 'a Checkout Session'
  const message = `You cannot ${action} this PaymentIntent because it was created by ${owner}.`
  throw invalidRequest(message, { code: 'payment_intent_unexpected_state' })
}

function cardOf(sandbox: Sandbox, paymentMethod: string): TestCard {
  const stored = sandbox.store.get('payment_method', paymentMethod)
  const card = stored ? cardOfMethod(sandbox, stored) : findCard(paymentMethod)
  if (card) return card
  throw invalidRequest(`No such PaymentMethod: '${paymentMethod}'`, {
    code: 'resource_missing',
    param: 'payment_method',
  })
}

function unexpectedState(intent: StoredPaymentIntent, action: string): ApiError {
  const message = `You cannot ${action} this PaymentIntent because it has a status of ${intent.status}.`
  return invalidRequest(message, { code: 'payment_intent_unexpected_state' })
}
