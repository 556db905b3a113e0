import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { mustGet } from '#sandbox/lists.ts'
import type { StoredSubscription } from '#sandbox/objects.ts'
import { refuse } from '#sandbox/refuse.ts'
import { collectInvoice } from './collection.ts'
import { finalizeInvoice } from './invoice-states.ts'
import { addInvoice, movePeriod, scheduleRenewal } from './subscription-life.ts'

/** Status `paused`: no periods and no invoices until it is resumed. (Pausing only the collection is an update.) */
export function pauseSubscription(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  params: Stripe.SubscriptionPauseParams,
): StoredSubscription {
  refuse(params, ['bill_for'])
  if (subscription.status !== 'active' && subscription.status !== 'past_due') {
    throw invalidRequest(`You cannot pause a subscription with status ${subscription.status}.`)
  }
  subscription.status = 'paused'
  subscription.status_details = {
    paused: {
      subscription: { type: 'pause_requested' },
      transitioned_at: sandbox.clock.now(),
      type: 'subscription',
    },
  }
  sandbox.store.put(subscription)
  emit(sandbox, 'customer.subscription.paused', subscription)
  return subscription
}

/** Begins again: a new period with its invoice now, or (`unchanged`) with the period the old anchor has at this moment. */
export function resumeSubscription(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  params: Stripe.SubscriptionResumeParams,
): StoredSubscription {
  refuse(params, ['proration_date', 'payment_behavior'])
  if (subscription.status !== 'paused') {
    throw invalidRequest(`You cannot resume a subscription with status ${subscription.status}.`)
  }
  const now = sandbox.clock.now()
  const wasWithin = (subscription.items.data[0]?.current_period_end ?? 0) > now
  const keepsAnchor = params.billing_cycle_anchor?.type === 'unchanged'
  delete subscription.status_details
  subscription.status = 'active'
  if (keepsAnchor) advanceTo(subscription, now)
  else {
    subscription.billing_cycle_anchor = now
    subscription._period = 0
    subscription.items = movePeriod(subscription, 0)
  }
  sandbox.store.put(subscription)
  emit(sandbox, 'customer.subscription.resumed', subscription)
  // The old end may still be on the clock; a second task for the same end finds the period moved and does nothing.
  scheduleRenewal(sandbox, subscription)
  if (!keepsAnchor || !wasWithin) chargeNow(sandbox, subscription)
  return mustGet(sandbox, 'subscription', subscription.id, 'subscription')
}

function advanceTo(subscription: StoredSubscription, now: number): void {
  while ((subscription.items.data[0]?.current_period_end ?? now + 1) <= now) {
    subscription._period += 1
    subscription.items = movePeriod(subscription, subscription._period)
  }
}

function chargeNow(sandbox: Sandbox, subscription: StoredSubscription): void {
  const now = sandbox.clock.now()
  const invoice = addInvoice(sandbox, subscription, {
    reason: 'subscription_update',
    extras: [],
    period: { start: now, end: now },
    finalizesAt: null,
    autoAdvance: true,
  })
  subscription.latest_invoice = invoice.id
  sandbox.store.put(subscription)
  emit(sandbox, 'invoice.created', invoice)
  finalizeInvoice(sandbox, invoice)
  if (invoice.status === 'open') collectInvoice(sandbox, invoice, { offSession: true, automatic: true })
}
