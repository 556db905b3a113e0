import type Stripe from 'stripe'
import { cardByFingerprint, findCard, fingerprintOf, type TestCard } from './cards.ts'
import type { Sandbox } from './context.ts'
import { emit } from './events.ts'
import type { StoredPaymentMethod } from './objects.ts'

export interface Payer {
  email: string | null
  name: string | null
}

const EXPIRED = { code: 'expired_card', message: 'Your card has expired.' } as const

/** A new card as a payment method; `customer` is whom it is attached to, if anyone. */
export function addPaymentMethod(
  sandbox: Sandbox,
  card: TestCard,
  payer: Payer,
  customer: string | null,
): StoredPaymentMethod {
  return sandbox.store.put<StoredPaymentMethod>({
    id: sandbox.ids.next('payment_method'),
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: { address: emptyAddress(), email: payer.email, name: payer.name, phone: null, tax_id: null },
    card: cardDetails(card),
    created: sandbox.clock.now(),
    customer,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  })
}

/** What a stored method does when it is charged now: its test card, unless it has expired or was told to behave otherwise. */
export function cardOfMethod(sandbox: Sandbox, method: StoredPaymentMethod): TestCard {
  const card = findCard(method._behaves_as ?? '') ?? cardByFingerprint(method.card?.fingerprint)
  if (!card) throw new Error(`the test card of ${method.id} is missing`)
  return hasExpired(sandbox, method) ? { ...card, outcome: 'declines', decline: EXPIRED } : card
}

/** Gives a method to a customer, once, and says so. */
export function attachMethod(sandbox: Sandbox, method: StoredPaymentMethod, customer: string): StoredPaymentMethod {
  if (method.customer === customer && method.allow_redisplay === 'always') return method
  method.customer = customer
  method.allow_redisplay = 'always'
  sandbox.store.put(method)
  emit(sandbox, 'payment_method.attached', method)
  return method
}

export function emptyAddress(): Stripe.Address {
  return { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }
}

function hasExpired(sandbox: Sandbox, method: StoredPaymentMethod): boolean {
  if (!method.card) return false
  // A card is good to the end of its month.
  return sandbox.clock.now() >= Date.UTC(method.card.exp_year, method.card.exp_month, 1) / 1000
}

function cardDetails(card: TestCard): Stripe.PaymentMethod.Card {
  return {
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    display_brand: card.brand,
    exp_month: 12,
    exp_year: 2034,
    fingerprint: fingerprintOf(card),
    funding: 'credit',
    generated_from: null,
    last4: card.number.slice(-4),
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: true },
    wallet: null,
  }
}
