import type Stripe from 'stripe'
import type { TestCard } from './cards.ts'
import type { Sandbox } from './context.ts'
import { emit } from './events.ts'
import type { StoredPaymentMethod, StoredSetupIntent } from './objects.ts'
import type { PaymentResult } from './payments.ts'
import { present } from './present.ts'
import { addPaymentMethod, attachMethod, type Payer } from './stored-cards.ts'

interface NewSetup {
  customer: string | null
  description: string | null
  metadata: Record<string, string>
  /** Whose page asks for the card. */
  owner: Pick<StoredSetupIntent, '_session' | '_portal'>
}

/** An intent to save a card; stored, with its event. */
export function addSetupIntent(sandbox: Sandbox, input: NewSetup): StoredSetupIntent {
  const id = sandbox.ids.next('setup_intent')
  const intent: StoredSetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${sandbox.ids.next('secret')}`,
    created: sandbox.clock.now(),
    customer: input.customer,
    customer_account: null,
    description: input.description,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: input.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    usage: 'off_session',
    ...input.owner,
  }
  sandbox.store.put(intent)
  emit(sandbox, 'setup_intent.created', intent)
  return intent
}

/** Tries to save a card. Every outcome leaves its objects and events; the caller holds the transaction. */
export function confirmSetup(sandbox: Sandbox, intent: StoredSetupIntent, card: TestCard, payer: Payer): PaymentResult {
  const method = addPaymentMethod(sandbox, card, payer, null)
  intent.payment_method = method.id
  intent.last_setup_error = null
  intent.next_action = null
  delete intent._card
  if (card.outcome === 'declines' && !card.canBeSaved) return declineSetup(sandbox, intent, card, method)
  if (card.outcome === 'authenticates') return requireAuthentication(sandbox, intent, card)
  succeed(sandbox, intent, method)
  return { status: 'succeeded' }
}

/** The holder's answer to 3-D Secure; an intent that does not wait is left alone. Answers whether the card is saved now. */
export function answerSetup(sandbox: Sandbox, intent: StoredSetupIntent, accepted: boolean): boolean {
  if (intent.status !== 'requires_action') return false
  const method = sandbox.store.get('payment_method', String(intent.payment_method))
  if (!method) throw new Error(`payment method of ${intent.id} is missing`)
  intent.next_action = null
  delete intent._card
  if (accepted) {
    succeed(sandbox, intent, method)
    return true
  }
  fail(sandbox, intent, method, {
    code: 'setup_intent_authentication_failure',
    message: 'The provided PaymentMethod has failed authentication.',
    type: 'invalid_request_error',
  })
  return false
}

/** The page that asked for the card has expired. */
export function cancelSetup(sandbox: Sandbox, intent: StoredSetupIntent): void {
  if (intent.status === 'succeeded' || intent.status === 'canceled') return
  intent.status = 'canceled'
  intent.next_action = null
  sandbox.store.put(intent)
  emit(sandbox, 'setup_intent.canceled', intent)
}

function succeed(sandbox: Sandbox, intent: StoredSetupIntent, method: StoredPaymentMethod): void {
  intent.status = 'succeeded'
  sandbox.store.put(intent)
  if (typeof intent.customer === 'string') attachMethod(sandbox, method, intent.customer)
  emit(sandbox, 'setup_intent.succeeded', intent)
}

function requireAuthentication(sandbox: Sandbox, intent: StoredSetupIntent, card: TestCard): PaymentResult {
  intent.status = 'requires_action'
  intent._card = card.number
  const url = `${sandbox.publicUrl}/c/authenticate/${intent.id}`
  intent.next_action = { type: 'redirect_to_url', redirect_to_url: { url, return_url: null } }
  sandbox.store.put(intent)
  emit(sandbox, 'setup_intent.requires_action', intent)
  return { status: 'requires_action' }
}

function declineSetup(
  sandbox: Sandbox,
  intent: StoredSetupIntent,
  card: TestCard,
  method: StoredPaymentMethod,
): PaymentResult {
  const { code, declineCode, message } = card.decline ?? { code: 'card_declined', message: 'Your card was declined.' }
  const error = { code, message, type: 'card_error' as const, ...(declineCode && { decline_code: declineCode }) }
  fail(sandbox, intent, method, { ...error, code: code as Stripe.SetupIntent.LastSetupError.Code })
  return { status: 'declined', error }
}

function fail(
  sandbox: Sandbox,
  intent: StoredSetupIntent,
  method: StoredPaymentMethod,
  error: Stripe.SetupIntent.LastSetupError,
): void {
  intent.status = 'requires_payment_method'
  intent.payment_method = null
  const shown = present(sandbox, method) as unknown as Stripe.PaymentMethod
  intent.last_setup_error = { ...error, payment_method: shown }
  sandbox.store.put(intent)
  emit(sandbox, 'setup_intent.setup_failed', intent)
}
