import type Stripe from 'stripe'
import { checkUrl, missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { mustGet } from '#sandbox/lists.ts'
import type { StoredPortalSession } from '#sandbox/objects.ts'
import { refuse } from '#sandbox/refuse.ts'
import { type Route, route } from '#sandbox/router.ts'
import { liveCustomer } from './customers.ts'
import { defaultConfiguration } from './portal-configurations.ts'
import { hasEnded } from './subscription-states.ts'

type FlowParams = Stripe.BillingPortal.SessionCreateParams.FlowData

const GOOD_SECONDS = 3600

export const portalSessionRoutes: readonly Route[] = [
  route('POST', '/v1/billing_portal/sessions', 'billing_portal.sessions.create', createSession),
]

/** An address that is good for an hour and needs no account. */
function createSession(sandbox: Sandbox, params: Stripe.BillingPortal.SessionCreateParams): StoredPortalSession {
  refuse(params, ['after_expiration', 'customer_account', 'on_behalf_of'])
  const customer = liveCustomer(sandbox, params.customer ?? missing('customer'), 'customer')
  checkUrl(params.return_url, 'return_url')
  const configuration = params.configuration
    ? mustGet(sandbox, 'billing_portal.configuration', params.configuration, 'configuration', 'configuration')
    : defaultConfiguration(sandbox)
  const now = sandbox.clock.now()
  const secret = `test_${sandbox.ids.next('secret')}`
  const session: StoredPortalSession = {
    id: sandbox.ids.next('billing_portal.session'),
    object: 'billing_portal.session',
    configuration: configuration.id,
    created: now,
    customer: customer.id,
    customer_account: null,
    flow: params.flow_data ? readFlow(sandbox, params.flow_data, customer.id) : null,
    livemode: false,
    locale: params.locale ?? null,
    on_behalf_of: null,
    return_url: params.return_url ?? configuration.default_return_url,
    url: `${sandbox.publicUrl}/p/${secret}`,
    _secret: secret,
    _expires_at: now + GOOD_SECONDS,
  }
  sandbox.store.put(session)
  emit(sandbox, 'billing_portal.session.created', session)
  return session
}

function readFlow(sandbox: Sandbox, flow: FlowParams, customer: string): Stripe.BillingPortal.Session.Flow {
  if (flow.type !== 'payment_method_update' && flow.type !== 'subscription_cancel') {
    throw invalidRequest("This sandbox's portal only changes the card and cancels.", { param: 'flow_data[type]' })
  }
  const redirectTo = flow.after_completion?.redirect?.return_url
  checkUrl(redirectTo, 'flow_data[after_completion][redirect][return_url]')
  const cancels = flow.type === 'subscription_cancel'
  return {
    after_completion: {
      hosted_confirmation: flow.after_completion?.hosted_confirmation
        ? { custom_message: flow.after_completion.hosted_confirmation.custom_message ?? null }
        : null,
      redirect: redirectTo === undefined ? null : { return_url: redirectTo },
      type: flow.after_completion?.type ?? 'portal_homepage',
    },
    customer_update: null,
    subscription_cancel: cancels ? { retention: null, subscription: ownSubscription(sandbox, flow, customer) } : null,
    subscription_pause: null,
    subscription_update: null,
    subscription_update_confirm: null,
    type: flow.type,
  }
}

function ownSubscription(sandbox: Sandbox, flow: FlowParams, customer: string): string {
  const param = 'flow_data[subscription_cancel][subscription]'
  const id = flow.subscription_cancel?.subscription ?? missing(param)
  const subscription = mustGet(sandbox, 'subscription', id, 'subscription', param)
  if (subscription.customer === customer && !hasEnded(subscription)) return id
  throw invalidRequest(`The subscription \`${id}\` cannot be canceled by this customer.`, { param })
}
