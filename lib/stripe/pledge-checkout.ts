import type Stripe from 'stripe'
import { toStripeAmount } from '#lib/money/stripe-amount.ts'
import { callStripe, findAtStripe, listAtStripe, markOf, stripe } from './client.ts'
import { CALL_KEY, createdWithin, idOf, PART_KEY, PLEDGE_KEY } from './read-answer.ts'
import type { PledgePart, StripePledgeSession, TimeSpan } from './types.ts'

type Hosted = { pledgeId: string; customerId: string; currency: string; successUrl: string; cancelUrl: string }
export type PledgeCheckoutRequest = Hosted & {
  /** Gift, covered fee and tip each recur on a line of their own. */
  lines: { part: PledgePart; name: string; amountMinor: bigint }[]
}
export type CardCheckoutRequest = Hosted & { subscriptionId: string }

/**
 * Makes the hosted page that begins a monthly subscription: the first payment now, the next a month later. The same key
 * with the same request answers with the same session. Throws `payment_provider`.
 */
export async function createPledgeCheckout(
  request: PledgeCheckoutRequest,
  idempotencyKey: string,
): Promise<StripePledgeSession> {
  const currency = request.currency.toLowerCase()
  return create(idempotencyKey, {
    ...shared(request, idempotencyKey),
    mode: 'subscription',
    submit_type: 'donate',
    line_items: request.lines.map(({ part, name, amountMinor }) => ({
      quantity: 1,
      price_data: {
        currency,
        unit_amount: toStripeAmount(amountMinor, request.currency),
        recurring: { interval: 'month' as const },
        product_data: { name, metadata: { [PART_KEY]: part } },
      },
    })),
    // The subscription and its invoices inherit it, so that an event about either says whose it is.
    subscription_data: { metadata: { [PLEDGE_KEY]: request.pledgeId } },
  })
}

/** Makes the hosted page on which a donor enters another card for a subscription; nothing is charged on it. */
export async function createCardCheckout(
  request: CardCheckoutRequest,
  idempotencyKey: string,
): Promise<StripePledgeSession> {
  return create(idempotencyKey, {
    ...shared(request, idempotencyKey),
    mode: 'setup',
    currency: request.currency.toLowerCase(),
    setup_intent_data: { metadata: { [PLEDGE_KEY]: request.pledgeId, subscription_id: request.subscriptionId } },
  })
}

/** A session of a pledge, or null when Stripe does not know it. `pledgeId` is null for sessions of other kinds. */
export async function fetchPledgeSession(sessionId: string): Promise<StripePledgeSession | null> {
  const expand = ['setup_intent']
  const found = await findAtStripe('checkout.session', () => stripe().checkout.sessions.retrieve(sessionId, { expand }))
  return found && readSession(found)
}

/** The session that a call made within a span of time: what to ask before calling again once the key answers no more. */
export async function findPledgeSession(mark: string, span: TimeSpan): Promise<StripePledgeSession | null> {
  const created = createdWithin(span)
  const sessions = await listAtStripe((page) => stripe().checkout.sessions.list({ created, limit: 100, ...page }))
  const found = sessions.find((session) => session.metadata?.[CALL_KEY] === mark)
  return found ? readSession(found) : null
}

/** The open page on which a card is set up for a customer, by its intent; null when it is not open any more. */
export async function findCardPage(customerId: string, setupIntentId: string): Promise<string | null> {
  const open = { customer: customerId, status: 'open' as const, limit: 100 }
  const sessions = await listAtStripe((page) => stripe().checkout.sessions.list({ ...open, ...page }))
  return sessions.find((session) => idOf(session.setup_intent) === setupIntentId)?.id ?? null
}

function shared({ pledgeId, customerId, successUrl, cancelUrl }: Hosted, idempotencyKey: string) {
  return {
    branding_settings: { display_name: 'Common Purse' },
    client_reference_id: pledgeId,
    customer: customerId,
    metadata: { [PLEDGE_KEY]: pledgeId, [CALL_KEY]: markOf(idempotencyKey) },
    success_url: successUrl,
    cancel_url: cancelUrl,
  }
}

async function create(idempotencyKey: string, params: Stripe.Checkout.SessionCreateParams) {
  return readSession(
    await callStripe('checkout.session', () => stripe().checkout.sessions.create(params, { idempotencyKey })),
  )
}

function readSession(answer: Stripe.Checkout.Session): StripePledgeSession {
  const intent = answer.setup_intent
  return {
    id: answer.id,
    url: answer.url,
    status: answer.status as StripePledgeSession['status'],
    mode: answer.mode as StripePledgeSession['mode'],
    pledgeId: answer.metadata?.[PLEDGE_KEY] ?? null,
    subscriptionId: idOf(answer.subscription),
    paymentMethodId: intent !== null && typeof intent === 'object' ? idOf(intent.payment_method) : null,
  }
}
