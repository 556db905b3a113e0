import type Stripe from 'stripe'
import type { TestCard } from './cards.ts'
import { buildCharge, declineOutcome } from './charge-shape.ts'
import type { Sandbox } from './context.ts'
import type { ErrorBody } from './errors.ts'
import { emit } from './events.ts'
import type { StoredPaymentIntent, StoredPaymentMethod } from './objects.ts'
import { present } from './present.ts'
import { schedule } from './schedule.ts'
import { addPaymentMethod, cardOfMethod, type Payer } from './stored-cards.ts'
import { addChargeTransaction } from './transactions.ts'

export type PaymentResult =
  | { status: 'succeeded' }
  | { status: 'requires_action' }
  | { status: 'declined'; error: ErrorBody }

/** Tries to pay an intent with a card. Every outcome leaves its objects and events; the caller holds the transaction. */
export function payIntent(sandbox: Sandbox, intent: StoredPaymentIntent, card: TestCard, payer: Payer): PaymentResult {
  const customer = typeof intent.customer === 'string' ? intent.customer : null
  return attempt(sandbox, intent, card, addPaymentMethod(sandbox, card, payer, customer))
}

/**
 * Tries to pay an intent with a method that is kept. Without the payer (`offSession`) only a card that asks for
 * 3-D Secure each time asks for it: the others were asked when they were saved.
 */
export function payWithMethod(
  sandbox: Sandbox,
  intent: StoredPaymentIntent,
  method: StoredPaymentMethod,
  offSession: boolean,
): PaymentResult {
  const card = cardOfMethod(sandbox, method)
  const isSettled = offSession && card.outcome === 'authenticates' && !card.alwaysAuthenticates
  return attempt(sandbox, intent, isSettled ? { ...card, outcome: 'pays' } : card, method)
}

function attempt(
  sandbox: Sandbox,
  intent: StoredPaymentIntent,
  card: TestCard,
  method: StoredPaymentMethod,
): PaymentResult {
  intent.payment_method = method.id
  intent.last_payment_error = null
  intent.next_action = null
  delete intent._card
  if (card.outcome === 'declines') return declinePayment(sandbox, intent, card, method)
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
    payment_method: shownMethod(sandbox, method),
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
  if (card.aftermath === 'early_warning') schedule(sandbox, now, 'warn-of-fraud', charge.id)
  else if (card.aftermath !== undefined) schedule(sandbox, now, 'open-dispute', charge.id)
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
  method: StoredPaymentMethod,
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
  sandbox.store.put(charge)
  emit(sandbox, 'charge.failed', charge)
  intent.latest_charge = charge.id
  const details = {
    charge: charge.id,
    code: decline.code as Stripe.PaymentIntent.LastPaymentError.Code,
    ...(decline.declineCode && { decline_code: decline.declineCode }),
    message: decline.message,
    payment_method: shownMethod(sandbox, method),
    type: 'card_error' as const,
  }
  failIntent(sandbox, intent, details)
  const shown = present(sandbox, intent) as unknown as Stripe.PaymentIntent
  return { status: 'declined', error: { ...details, code: decline.code, payment_intent: shown } }
}

function shownMethod(sandbox: Sandbox, method: StoredPaymentMethod): Stripe.PaymentMethod {
  return present(sandbox, method) as unknown as Stripe.PaymentMethod
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
