import type { TestCard } from './cards.ts'
import { completeSubscription } from './checkout-subscription.ts'
import type { Sandbox } from './context.ts'
import { emit } from './events.ts'
import { afterAuthentication } from './invoice-recovery.ts'
import type { StoredPaymentIntent, StoredSession } from './objects.ts'
import { answerAuthentication, type PaymentResult, payIntent } from './payments.ts'
import { expireSession } from './resources/checkout-sessions.ts'
import { customerDetails } from './resources/checkout-shape.ts'
import { addCustomer } from './resources/customers.ts'
import { buildIntent } from './resources/payment-intents.ts'
import { answerSetup, confirmSetup } from './setup-flow.ts'
import type { Payer } from './stored-cards.ts'

/** The session as it is this second; one whose time is over is expired on the way. */
export function currentSession(sandbox: Sandbox, id: string): StoredSession | undefined {
  const session = sandbox.store.get('checkout.session', id)
  if (session?.status === 'open' && session.expires_at <= sandbox.clock.now()) return expireSession(sandbox, session)
  return session
}

/**
 * Tries to pay an open session. Two presses of the button are one payment: a second press with the same card meets
 * either a complete session or an intent that already waits for 3-D Secure.
 */
export function payCheckout(
  sandbox: Sandbox,
  session: StoredSession,
  card: TestCard,
  payer: { email: string; name: string },
): PaymentResult {
  if (session.mode === 'setup') return saveCard(sandbox, session, card, payer)
  const intent = intentOf(sandbox, session, payer)
  if (intent.status === 'requires_action' && intent._card === card.number) return { status: 'requires_action' }
  session._attempts += 1
  session._payer = payer
  sandbox.store.put(session)
  const result = payIntent(sandbox, intent, card, payer)
  if (result.status === 'succeeded') completeSession(sandbox, session, intent)
  return result
}

/** The payer's answer to 3-D Secure, and what follows from it for the session. */
export function authenticateCheckout(
  sandbox: Sandbox,
  intent: StoredPaymentIntent,
  card: TestCard,
  accepted: boolean,
): void {
  answerAuthentication(sandbox, intent, card, accepted)
  const session = intent._session === undefined ? undefined : currentSession(sandbox, intent._session)
  if (session?.status === 'open' && intent.status === 'succeeded') completeSession(sandbox, session, intent)
  if (!session) afterAuthentication(sandbox, intent)
}

/** Where the payer goes after paying, with the session's id filled in. */
export function successAddress(session: StoredSession): string {
  return (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id)
}

/** The intent a session is being paid with; a subscription's is not shown on it. */
export function sessionIntent(sandbox: Sandbox, session: StoredSession): StoredPaymentIntent | undefined {
  return sandbox.store.get('payment_intent', session._intent ?? String(session.payment_intent))
}

function saveCard(
  sandbox: Sandbox,
  session: StoredSession,
  card: TestCard,
  payer: { email: string; name: string },
): PaymentResult {
  const intent = sandbox.store.get('setup_intent', String(session.setup_intent))
  if (!intent) throw new Error(`${session.id} has no setup intent`)
  if (intent.status === 'requires_action' && intent._card === card.number) return { status: 'requires_action' }
  session._attempts += 1
  session._payer = payer
  if (session.customer === null && session.customer_creation === 'always') {
    session.customer = addCustomer(sandbox, { email: payer.email, name: payer.name }).id
  }
  sandbox.store.put(session)
  intent.customer = session.customer
  const result = confirmSetup(sandbox, intent, card, payer)
  if (result.status === 'succeeded') completeSession(sandbox, session)
  return result
}

/** The card holder's answer to 3-D Secure for a session that only saves a card. */
export function authenticateSetup(sandbox: Sandbox, sessionId: string, accepted: boolean): void {
  const session = currentSession(sandbox, sessionId)
  const intent = session && sandbox.store.get('setup_intent', String(session.setup_intent))
  if (!session || !intent) return
  if (answerSetup(sandbox, intent, accepted) && session.status === 'open') completeSession(sandbox, session)
}

function completeSession(sandbox: Sandbox, session: StoredSession, intent?: StoredPaymentIntent): void {
  if (session.mode === 'subscription' && intent) completeSubscription(sandbox, session, intent)
  session.status = 'complete'
  session.payment_status = session.mode === 'setup' ? 'no_payment_required' : 'paid'
  session.url = null
  session.customer_details = customerDetails(session._payer?.email ?? '', session._payer?.name ?? null)
  sandbox.store.put(session)
  emit(sandbox, 'checkout.session.completed', session)
}

function intentOf(sandbox: Sandbox, session: StoredSession, payer: Payer): StoredPaymentIntent {
  const existing = sessionIntent(sandbox, session)
  if (existing) return existing
  if (session.customer === null && session.customer_creation === 'always') {
    session.customer = addCustomer(sandbox, { email: payer.email ?? '', name: payer.name ?? '' }).id
  }
  const data = session._payment_intent_data
  const isSubscription = session.mode === 'subscription'
  const intent = buildIntent(sandbox, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    customer: typeof session.customer === 'string' ? session.customer : null,
    description: isSubscription ? 'Subscription creation' : (data.description ?? null),
    metadata: (data.metadata ?? {}) as Record<string, string>,
    receiptEmail: data.receipt_email ?? null,
  })
  intent._session = session.id
  if (isSubscription) {
    session._intent = intent.id
    intent.setup_future_usage = 'off_session'
  } else session.payment_intent = intent.id
  sandbox.store.put(intent)
  emit(sandbox, 'payment_intent.created', intent)
  return intent
}
