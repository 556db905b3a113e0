import type Stripe from 'stripe'
import { readBilling } from '#sandbox/billing-settings.ts'
import { change } from '#sandbox/change.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { emit } from '#sandbox/events.ts'
import type { StoredInvoice, StoredSubscription } from '#sandbox/objects.ts'
import { schedule } from '#sandbox/schedule.ts'
import { finalizeDueInvoice } from './collection.ts'
import { buildInvoice } from './invoice-shape.ts'
import { finalizeInvoice, markUncollectible, voidInvoice } from './invoice-states.ts'
import { cycleOf, periodStart } from './recurring.ts'
import { endSubscription, hasEnded, invoicesOf } from './subscription-states.ts'

const UPDATED = 'customer.subscription.updated'
const INCOMPLETE_SECONDS = 23 * 3600

type Extras = Parameters<typeof buildInvoice>[3]['extras']

/** Begins a subscription: its first invoice stands as a draft, its first renewal is on the clock. */
export function beginSubscription(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  extras: Extras = [],
): StoredInvoice {
  sandbox.store.put(subscription)
  const now = sandbox.clock.now()
  const invoice = addInvoice(sandbox, subscription, {
    reason: 'subscription_create',
    extras,
    period: { start: now, end: now },
    finalizesAt: null,
    autoAdvance: false,
  })
  subscription.latest_invoice = invoice.id
  sandbox.store.put(subscription)
  emit(sandbox, 'customer.subscription.created', subscription)
  emit(sandbox, 'invoice.created', invoice)
  scheduleRenewal(sandbox, subscription)
  if (subscription.status === 'incomplete') {
    schedule(sandbox, now + INCOMPLETE_SECONDS, 'expire-incomplete', subscription.id)
  }
  return invoice
}

/** A period has ended: the subscription ends with it, or the next one begins with its invoice. Late or doubled calls do nothing. */
export function renewSubscription(sandbox: Sandbox, id: string): void {
  const subscription = sandbox.store.get('subscription', id)
  const [first] = subscription?.items.data ?? []
  if (!subscription || !first || hasEnded(subscription)) return
  if (sandbox.store.get('customer', String(subscription.customer))?.deleted) {
    endSubscription(sandbox, subscription, {})
    return
  }
  if (subscription.status === 'incomplete' || first.current_period_end > sandbox.clock.now()) return
  if (subscription.cancel_at_period_end) {
    endSubscription(sandbox, subscription, { reason: 'cancellation_requested' })
    return
  }
  if (subscription.status === 'paused') return
  const ended = { start: first.current_period_start, end: first.current_period_end }
  const invoice = nextPeriod(sandbox, subscription, ended)
  scheduleRenewal(sandbox, subscription)
  treatNewInvoice(sandbox, subscription, invoice)
}

/** The first payment did not come within 23 hours. */
export function expireIncomplete(sandbox: Sandbox, id: string): void {
  const subscription = sandbox.store.get('subscription', id)
  if (subscription?.status !== 'incomplete') return
  const [invoice] = invoicesOf(sandbox, id)
  if (invoice?.status === 'open') voidInvoice(sandbox, invoice)
  change(sandbox, UPDATED, subscription, { status: 'incomplete_expired', ended_at: sandbox.clock.now() })
}

/** The pause of collection has reached its `resumes_at`. */
export function resumeCollection(sandbox: Sandbox, id: string): void {
  const subscription = sandbox.store.get('subscription', id)
  const resumesAt = subscription?.pause_collection?.resumes_at
  if (!subscription || hasEnded(subscription) || !resumesAt || resumesAt > sandbox.clock.now()) return
  change(sandbox, UPDATED, subscription, { pause_collection: null })
}

/** Puts the end of the current period on the clock. */
export function scheduleRenewal(sandbox: Sandbox, subscription: StoredSubscription): void {
  const end = subscription.items.data[0]?.current_period_end
  if (end !== undefined) schedule(sandbox, end, 'renew-subscription', subscription.id)
}

/** Moves all items to a period of their own cycle, counted from the anchor. */
export function movePeriod(subscription: StoredSubscription, period: number): StoredSubscription['items'] {
  const anchor = subscription.billing_cycle_anchor
  const data = subscription.items.data.map((item) => ({
    ...item,
    current_period_start: periodStart(anchor, cycleOf(item.price), period),
    current_period_end: periodStart(anchor, cycleOf(item.price), period + 1),
  }))
  return { ...subscription.items, data }
}

/** Makes and stores a draft for the subscription's current period; no event. */
export function addInvoice(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  parts: Parameters<typeof buildInvoice>[3],
): StoredInvoice {
  const customer = sandbox.store.get('customer', String(subscription.customer)) as Stripe.Customer
  return sandbox.store.put(buildInvoice(sandbox, subscription, customer, parts))
}

function nextPeriod(
  sandbox: Sandbox,
  subscription: StoredSubscription,
  ended: { start: number; end: number },
): StoredInvoice {
  const previous = { items: subscription.items, latest_invoice: subscription.latest_invoice }
  subscription._period += 1
  subscription.items = movePeriod(subscription, subscription._period)
  const collects = subscription.pause_collection === null && subscription.status !== 'unpaid'
  const invoice = addInvoice(sandbox, subscription, {
    reason: 'subscription_cycle',
    extras: [],
    period: ended,
    finalizesAt: collects ? sandbox.clock.now() + readBilling(sandbox).draftSeconds : null,
    autoAdvance: collects,
  })
  subscription.latest_invoice = invoice.id
  sandbox.store.put(subscription)
  emit(sandbox, UPDATED, subscription, previous)
  emit(sandbox, 'invoice.created', invoice)
  return invoice
}

function treatNewInvoice(sandbox: Sandbox, subscription: StoredSubscription, invoice: StoredInvoice): void {
  const at = invoice.automatically_finalizes_at
  if (at !== null && at > sandbox.clock.now()) schedule(sandbox, at, 'finalize-invoice', invoice.id)
  else if (at !== null) finalizeDueInvoice(sandbox, invoice.id)
  const behavior = subscription.pause_collection?.behavior
  if (behavior === undefined || behavior === 'keep_as_draft' || invoice.amount_due === 0) return
  finalizeInvoice(sandbox, invoice)
  if (behavior === 'void') voidInvoice(sandbox, invoice)
  else markUncollectible(sandbox, invoice, 'subscription_paused')
}
