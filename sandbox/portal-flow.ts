import { change } from './change.ts'
import type { Sandbox } from './context.ts'
import type { StoredPortalSession, StoredSubscription } from './objects.ts'
import { liveCustomer } from './resources/customers.ts'
import { endSubscription, hasEnded } from './resources/subscription-states.ts'
import { updateSubscription } from './resources/subscription-update.ts'

/** The session behind the last part of a portal address, while it is good. */
export function findPortalSession(sandbox: Sandbox, secret: string): StoredPortalSession | undefined {
  const query = { kind: 'billing_portal.session' as const, equals: { '$._secret': secret }, limit: 1 }
  const [session] = sandbox.store.list(query).data
  return session && session._expires_at > sandbox.clock.now() ? session : undefined
}

/** What the customer has running, newest first. */
export function liveSubscriptions(sandbox: Sandbox, customer: string): StoredSubscription[] {
  const query = { kind: 'subscription' as const, equals: { '$.customer': customer }, limit: 100 }
  return sandbox.store.list(query).data.filter((subscription) => !hasEnded(subscription))
}

/** The saved card is the customer's and that of each of their subscriptions from now on. */
export function useEverywhere(sandbox: Sandbox, customerId: string, methodId: string): void {
  const customer = liveCustomer(sandbox, customerId, 'customer')
  const settings = { ...customer.invoice_settings, default_payment_method: methodId }
  change(sandbox, 'customer.updated', customer, { invoice_settings: settings })
  for (const subscription of liveSubscriptions(sandbox, customerId)) {
    change(sandbox, 'customer.subscription.updated', subscription, { default_payment_method: methodId })
  }
}

/** Ends a subscription of this customer as the portal's configuration says, or takes that back. */
export function decideSubscription(
  sandbox: Sandbox,
  session: StoredPortalSession,
  id: string,
  wish: 'cancel' | 'keep',
): boolean {
  const subscription = liveSubscriptions(sandbox, session.customer).find((candidate) => candidate.id === id)
  const configuration = sandbox.store.get('billing_portal.configuration', String(session.configuration))
  const feature = configuration?.features.subscription_cancel
  if (!subscription || !feature?.enabled) return false
  if (wish === 'cancel' && feature.mode === 'immediately') {
    endSubscription(sandbox, subscription, { reason: 'cancellation_requested' })
  } else updateSubscription(sandbox, subscription, { cancel_at_period_end: wish === 'cancel' })
  return true
}
