import type Stripe from 'stripe'
import { fromStripeAmount, toStripeAmount } from '#lib/money/stripe-amount.ts'
import { callStripe, findAtStripe, listAtStripe, stripe } from './client.ts'
import { DONATION_KEY, idOf, readCharge } from './read-answer.ts'
import type { StripeSession } from './types.ts'

type CheckoutLine = { name: string; amountMinor: bigint }

export type CheckoutRequest = {
  donationId: string
  /** Upper case. */
  currency: string
  /** Gift, covered fee and tip each stand on a line of their own. */
  lines: CheckoutLine[]
  email: string
  successUrl: string
  cancelUrl: string
}

/**
 * Makes the hosted payment page of one donation, open for Stripe's 24 hours: a time of our own would have to be within
 * Stripe's bounds at each repetition. The same key with the same request answers with the same session,
 * also when the connection broke after Stripe had made it. Throws `payment_provider`.
 */
export async function createCheckoutSession(request: CheckoutRequest, idempotencyKey: string): Promise<StripeSession> {
  const params = checkoutParams(request)
  const create = () => stripe().checkout.sessions.create(params, { idempotencyKey })
  return readSession(await callStripe('checkout.session', create))
}

/** A session with its charge and account line, or null when Stripe does not know it. */
export async function fetchCheckoutSession(sessionId: string): Promise<StripeSession | null> {
  const expand = ['payment_intent.latest_charge.balance_transaction']
  const found = await findAtStripe('checkout.session', () => stripe().checkout.sessions.retrieve(sessionId, { expand }))
  return found && readSession(found)
}

/** Closes a payment page that is still open. Answers null when it is not, or Stripe does not know it. */
export async function expireCheckoutSession(sessionId: string): Promise<StripeSession | null> {
  const session = await fetchCheckoutSession(sessionId)
  if (session?.status !== 'open') return null
  return readSession(await callStripe('checkout.session', () => stripe().checkout.sessions.expire(sessionId)))
}

/**
 * Looks for the session of a donation among those made in a span of time: what to ask before posting again once the
 * idempotency key answers no more.
 */
export async function findCheckoutSession(donationId: string, from: Date, to: Date): Promise<StripeSession | null> {
  const created = { gte: Math.floor(from.getTime() / 1_000), lte: Math.ceil(to.getTime() / 1_000) }
  const sessions = await listAtStripe((page) => stripe().checkout.sessions.list({ created, limit: 100, ...page }))
  const found = sessions.find((session) => session.metadata?.[DONATION_KEY] === donationId)
  return found ? readSession(found) : null
}

function checkoutParams(request: CheckoutRequest): Stripe.Checkout.SessionCreateParams {
  const { donationId, currency } = request
  const metadata = { [DONATION_KEY]: donationId }
  return {
    mode: 'payment',
    submit_type: 'donate',
    branding_settings: { display_name: 'Common Purse' },
    client_reference_id: donationId,
    customer_email: request.email,
    line_items: request.lines.map(({ name, amountMinor }) => ({
      quantity: 1,
      price_data: {
        currency: currency.toLowerCase(),
        unit_amount: toStripeAmount(amountMinor, currency),
        product_data: { name },
      },
    })),
    metadata,
    // The charge inherits it, so that an event about the charge alone still says whose it is.
    payment_intent_data: { metadata },
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
  }
}

function readSession(answer: Stripe.Checkout.Session): StripeSession {
  const currency = answer.currency?.toUpperCase() ?? null
  const intent = answer.payment_intent
  const charge = intent !== null && typeof intent === 'object' ? intent.latest_charge : null
  return {
    id: answer.id,
    url: answer.url,
    status: answer.status as StripeSession['status'],
    paymentStatus: answer.payment_status as StripeSession['paymentStatus'],
    currency,
    amountTotalMinor:
      answer.amount_total === null || currency === null ? null : fromStripeAmount(answer.amount_total, currency),
    donationId: answer.metadata?.[DONATION_KEY] ?? null,
    paymentIntentId: idOf(intent),
    charge: charge !== null && typeof charge === 'object' ? readCharge(charge) : null,
  }
}
