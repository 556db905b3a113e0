import type Stripe from 'stripe'
import type { TestCard } from './cards.ts'
import { buildCharge, declineOutcome } from './charge-shape.ts'
import type { Sandbox } from './context.ts'
import type { ErrorBody } from './errors.ts'
import { emit } from './events.ts'
import type { StoredPaymentIntent } from './objects.ts'
import { present } from './present.ts'
import { schedule } from './schedule.ts'
import { addChargeTransaction } from './transactions.ts'

export interface Payer {
  email: string | null
  name: string | null
}

export type PaymentResult =
  | { status: 'succeeded' }
  | { status: 'requires_action' }
  | { status: 'declined'; error: ErrorBody }

/** Tries to pay an intent with a card. Every outcome leaves its objects and events; the caller holds the transaction. */
export function payIntent(sandbox: Sandbox, intent: StoredPaymentIntent, card: TestCard, payer: Payer): PaymentResult {
  const method = addPaymentMethod(sandbox, card, payer, intent)
  intent.payment_method = method.id
  intent.last_payment_error = null
  if (card.outcome === 'declines') return declinePayment(sandbox, intent, card, method, payer)
  if (card.outcome === 'authenticates') return requireAuthentication(sandbox, intent, card)
  return completePayment(sandbox, intent, card, method)
}

/** The payer's answer on the 3-D Secure page. An intent that no longer waits is left as it is. */
export function answerAuthentication(
  sandbox: Sandbox,
  intent: StoredPaymentIntent,
  card: TestCard,
  accepted: boolean,
): void {
  if (intent.status !== 'requires_action') return
  const method = sandbox.store.get('payment_method', String(intent.payment_method))
  if (!method) throw new Error(`payment method of ${intent.id} is missing`)
  intent.next_action = null
  delete intent._card
  if (accepted) {
    completePayment(sandbox, intent, card, method)
    return
  }
  const message =
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new ' +
    'PaymentMethod to attempt to fulfill this PaymentIntent again.'
  failIntent(sandbox, intent, {
    code: 'payment_intent_authentication_failure',
    message,
    payment_method: method,
    type: 'invalid_request_error',
  })
}

function completePayment(
  sandbox: Sandbox,
  intent: StoredPaymentIntent,
  card: TestCard,
  method: Stripe.PaymentMethod,
): PaymentResult {
  const now = sandbox.clock.now()
  const charge = buildCharge(sandbox, intent, card, method, now)
  intent.status = 'succeeded'
  intent.amount_received = intent.amount
  intent.latest_charge = charge.id
  sandbox.store.put(intent)
  emit(sandbox, 'payment_intent.succeeded', intent)
  sandbox.store.put(charge)
  emit(sandbox, 'charge.succeeded', charge)
  const delay = sandbox.settings.balanceTransactionDelaySeconds
  if (delay === 0) settleCharge(sandbox, charge.id, card.availableAtOnce === true)
  else schedule(sandbox, now + delay, 'settle-charge', charge.id)
  return { status: 'succeeded' }
}

/** Gives a charge its balance transaction. Stripe does so after `charge.succeeded`, and says so with `charge.updated`. */
export function settleCharge(sandbox: Sandbox, chargeId: string, availableAtOnce = false): void {
  const charge = sandbox.store.get('charge', chargeId)
  if (!charge || charge.balance_transaction !== null) return
  const delay = availableAtOnce ? 0 : sandbox.settings.availableDelaySeconds
  charge.balance_transaction = addChargeTransaction(sandbox, charge, charge.created + delay).id
  sandbox.store.put(charge)
  emit(sandbox, 'charge.updated', charge, { balance_transaction: null })
}

function declinePayment(
  sandbox: Sandbox,
  intent: StoredPaymentIntent,
  card: TestCard,
  method: Stripe.PaymentMethod,
  payer: Payer,
): PaymentResult {
  const decline = card.decline ?? { code: 'card_declined', message: 'Your card was declined.' }
  const charge = buildCharge(sandbox, intent, card, method, sandbox.clock.now())
  charge.status = 'failed'
  charge.paid = false
  charge.captured = false
  charge.amount_captured = 0
  charge.failure_code = decline.code
  charge.failure_message = decline.message
  charge.outcome = declineOutcome(decline.declineCode ?? decline.code)
  charge.billing_details.email = payer.email
  sandbox.store.put(charge)
  emit(sandbox, 'charge.failed', charge)
  intent.latest_charge = charge.id
  const details = {
    charge: charge.id,
    code: decline.code as Stripe.PaymentIntent.LastPaymentError.Code,
    ...(decline.declineCode && { decline_code: decline.declineCode }),
    message: decline.message,
    payment_method: method,
    type: 'card_error' as const,
  }
  failIntent(sandbox, intent, details)
  const shown = present(sandbox, intent) as unknown as Stripe.PaymentIntent
  return { status: 'declined', error: { ...details, code: decline.code, payment_intent: shown } }
}

function failIntent(sandbox: Sandbox, intent: StoredPaymentIntent, error: Stripe.PaymentIntent.LastPaymentError): void {
  intent.status = 'requires_payment_method'
  intent.payment_method = null
  intent.last_payment_error = error
  sandbox.store.put(intent)
  emit(sandbox, 'payment_intent.payment_failed', intent)
}

function requireAuthentication(sandbox: Sandbox, intent: StoredPaymentIntent, card: TestCard): PaymentResult {
  intent.status = 'requires_action'
  intent._card = card.number
  const url = `${sandbox.publicUrl}/c/authenticate/${intent.id}`
  intent.next_action = { type: 'redirect_to_url', redirect_to_url: { url, return_url: intent._return_url ?? null } }
  sandbox.store.put(intent)
  emit(sandbox, 'payment_intent.requires_action', intent)
  return { status: 'requires_action' }
}

function addPaymentMethod(
  sandbox: Sandbox,
  card: TestCard,
  payer: Payer,
  intent: StoredPaymentIntent,
): Stripe.PaymentMethod {
  const method: Stripe.PaymentMethod = {
    id: sandbox.ids.next('payment_method'),
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: { address: emptyAddress(), email: payer.email, name: payer.name, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: 12,
      exp_year: 2034,
      fingerprint: `sandbox${card.number.slice(-9)}`,
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: sandbox.clock.now(),
    customer: typeof intent.customer === 'string' ? intent.customer : null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  }
  return sandbox.store.put(method)
}

export function emptyAddress(): Stripe.Address {
  return { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }
}
