import type Stripe from 'stripe'
import { missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { checkChargeAmount } from '#sandbox/currency.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { lineItemList } from '#sandbox/expand.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { StoredSession } from '#sandbox/objects.ts'
import { type Route, route } from '#sandbox/router.ts'
import { schedule } from '#sandbox/schedule.ts'
import { addSetupIntent, cancelSetup } from '#sandbox/setup-flow.ts'
import { type CheckoutMode, checkAddresses, checkExpiry, checkMode, EXPIRES_AFTER_MAX } from './checkout-checks.ts'
import { buildLineItems } from './checkout-lines.ts'
import { buildSession } from './checkout-shape.ts'
import { liveCustomer } from './customers.ts'
import { cancelIntent } from './payment-intents.ts'

const URL = '/v1/checkout/sessions'
const NOUN = 'checkout.session'

export const checkoutSessionRoutes: readonly Route[] = [
  route('POST', URL, 'checkout.sessions.create', createSession),
  route('GET', URL, 'checkout.sessions.list', (sandbox, params) =>
    listPage(
      sandbox,
      URL,
      params,
      {
        kind: 'checkout.session',
        created: createdRange(params.created),
        equals: {
          '$.customer': params.customer,
          '$.payment_intent': params.payment_intent,
          '$.status': params.status,
          '$.subscription': params.subscription,
          '$.customer_details.email': params.customer_details?.email,
        },
      },
      NOUN,
    ),
  ),
  route('GET', `${URL}/:id`, 'checkout.sessions.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'checkout.session', id, NOUN),
  ),
  route('GET', `${URL}/:id/line_items`, 'checkout.sessions.listLineItems', (sandbox, _params, id) => {
    mustGet(sandbox, 'checkout.session', id, NOUN)
    return lineItemList(sandbox, id)
  }),
  route('POST', `${URL}/:id/expire`, 'checkout.sessions.expire', (sandbox, _params, id) => {
    const session = mustGet(sandbox, 'checkout.session', id, NOUN)
    if (session.status !== 'open') {
      const message = `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of ${session.status}.`
      throw invalidRequest(message)
    }
    return expireSession(sandbox, session)
  }),
  route('POST', `${URL}/:id`, 'checkout.sessions.update', (sandbox, params, id) => {
    const session = mustGet(sandbox, 'checkout.session', id, NOUN)
    session.metadata = mergeMetadata(session.metadata ?? {}, params.metadata)
    return sandbox.store.put(session)
  }),
]

function createSession(sandbox: Sandbox, params: Stripe.Checkout.SessionCreateParams): StoredSession {
  const mode = checkMode(params)
  checkAddresses(params)
  const now = sandbox.clock.now()
  const expiresAt = params.expires_at ?? now + EXPIRES_AFTER_MAX
  checkExpiry(expiresAt, now)
  const customer = params.customer ? liveCustomer(sandbox, params.customer, 'customer') : null
  const session =
    mode === 'setup'
      ? buildSession(sandbox, params, {
          customer,
          expiresAt,
          lines: [],
          total: null,
          currency: params.currency ?? null,
        })
      : pricedSession(sandbox, params, { customer, expiresAt, mode })
  if (mode === 'setup') session.setup_intent = setupIntentOf(sandbox, params, session)
  schedule(sandbox, expiresAt, 'expire-session', session.id)
  return sandbox.store.put(session)
}

function pricedSession(
  sandbox: Sandbox,
  params: Stripe.Checkout.SessionCreateParams,
  parts: { customer: Stripe.Customer | null; expiresAt: number; mode: CheckoutMode },
): StoredSession {
  const lines = buildLineItems(sandbox, params.line_items ?? [], parts.mode)
  const total = lines.reduce((sum, line) => sum + line.amount_total, 0)
  const currency = lines[0]?.currency ?? missing('line_items')
  checkChargeAmount(total, currency, 'line_items')
  return buildSession(sandbox, params, { ...parts, lines, total, currency })
}

function setupIntentOf(sandbox: Sandbox, params: Stripe.Checkout.SessionCreateParams, session: StoredSession): string {
  return addSetupIntent(sandbox, {
    customer: typeof session.customer === 'string' ? session.customer : null,
    description: params.setup_intent_data?.description ?? null,
    metadata: mergeMetadata({}, params.setup_intent_data?.metadata, 'setup_intent_data[metadata]'),
    owner: { _session: session.id },
  }).id
}

/** Ends an open session and cancels the payment it had begun; a session that is not open is left alone. */
export function expireSession(sandbox: Sandbox, session: StoredSession): StoredSession {
  if (session.status !== 'open') return session
  session.status = 'expired'
  session.url = null
  sandbox.store.put(session)
  const intent = sandbox.store.get('payment_intent', session._intent ?? String(session.payment_intent))
  if (intent) cancelIntent(sandbox, intent, 'expired')
  const setup = sandbox.store.get('setup_intent', String(session.setup_intent))
  if (setup) cancelSetup(sandbox, setup)
  emit(sandbox, 'checkout.session.expired', session)
  return session
}
