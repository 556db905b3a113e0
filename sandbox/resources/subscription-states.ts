import type Stripe from 'stripe'
import { change } from '#sandbox/change.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { emit } from '#sandbox/events.ts'
import type { StoredInvoice, StoredSubscription } from '#sandbox/objects.ts'
import { stopCollection, subscriptionIdOf, voidInvoice } from './invoice-states.ts'

const ENDED = new Set(['canceled', 'incomplete_expired'])

export function hasEnded(subscription: StoredSubscription): boolean {
  return ENDED.has(String(subscription.status))
}

export function subscriptionOf(sandbox: Sandbox, invoice: StoredInvoice): StoredSubscription | undefined {
  return sandbox.store.get('subscription', subscriptionIdOf(invoice))
}

/** All invoices of a subscription, newest first. */
export function invoicesOf(sandbox: Sandbox, subscription: string): StoredInvoice[] {
  const path = '$.parent.subscription_details.subscription'
  return sandbox.store.list({ kind: 'invoice', equals: { [path]: subscription }, limit: 10_000 }).data
}

export function setStatus(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  status: Stripe.Subscription.Status,
): StoredSubscription {
  return change(sandbox, 'customer.subscription.updated', subscription, { status })
}

/**
 * In good standing again, once the most recent invoice that is not void is paid or given up. A voided one counts for
 * nothing, and one that is paid only with others before it changes nothing.
 */
export function restoreStanding(sandbox: Sandbox, id: string): void {
  const subscription = sandbox.store.get('subscription', id)
  const latest = invoicesOf(sandbox, id).find((invoice) => invoice.status !== 'void')
  if (!subscription || !latest) return
  const owes = subscription.status === 'past_due' || subscription.status === 'unpaid'
  const isPaid = latest.status === 'paid'
  if (isPaid ? owes || subscription.status === 'incomplete' : owes && latest.status === 'uncollectible') {
    setStatus(sandbox, subscription, 'active')
  }
}

/** Over, for good: nothing of it is charged any more, not even an invoice that waits as a draft. */
export function endSubscription(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  details: Partial<Stripe.Subscription.CancellationDetails>,
): StoredSubscription {
  const now = sandbox.clock.now()
  const wasIncomplete = subscription.status === 'incomplete'
  subscription.status = 'canceled'
  subscription.canceled_at = subscription.cancel_at_period_end ? subscription.canceled_at : now
  subscription.ended_at = now
  subscription.pause_collection = null
  subscription.cancellation_details = {
    comment: null,
    feedback: null,
    feedback_option: null,
    reason: null,
    ...subscription.cancellation_details,
    ...details,
  }
  sandbox.store.put(subscription)
  for (const invoice of invoicesOf(sandbox, subscription.id)) {
    if (invoice.status !== 'draft' && invoice.status !== 'open') continue
    if (wasIncomplete && invoice.status === 'open') voidInvoice(sandbox, invoice)
    else stopCollection(sandbox, invoice)
  }
  emit(sandbox, 'customer.subscription.deleted', subscription)
  return subscription
}
