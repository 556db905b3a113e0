import { readBilling } from '#sandbox/billing-settings.ts'
import { change } from '#sandbox/change.ts'
import type { Sandbox } from '#sandbox/context.ts'
import type { ErrorBody } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import type { StoredInvoice, StoredPaymentMethod } from '#sandbox/objects.ts'
import { type PaymentResult, payWithMethod } from '#sandbox/payments.ts'
import { schedule } from '#sandbox/schedule.ts'
import { finalizeInvoice, intentOfInvoice, markPaid } from './invoice-states.ts'
import { endSubscription, hasEnded, restoreStanding, setStatus, subscriptionOf } from './subscription-states.ts'

const DAY = 24 * 3600

interface Attempt {
  /** The card of this attempt; without one, the subscription's and then the customer's. */
  method?: StoredPaymentMethod | undefined
  /** The payer is not there to answer 3-D Secure. */
  offSession: boolean
  /** By the schedule, not by somebody's request: only these count on after the first. */
  automatic: boolean
}

/** Charges an open invoice once. Every outcome leaves its objects and events; the caller holds the transaction. */
export function collectInvoice(sandbox: Sandbox, invoice: StoredInvoice, attempt: Attempt): PaymentResult {
  const intent = intentOfInvoice(sandbox, invoice)
  if (!intent) throw new Error(`${invoice.id} has no payment`)
  const method = attempt.method ?? defaultMethod(sandbox, invoice)
  const waits = intent.status === 'requires_action' && intent.payment_method === method?.id
  const result: PaymentResult = !method
    ? { status: 'declined', error: noMethod() }
    : waits && attempt.offSession
      ? { status: 'requires_action' }
      : payWithMethod(sandbox, intent, method, attempt.offSession)
  invoice.attempted = true
  if (invoice.attempt_count === 0 || attempt.automatic) invoice.attempt_count += 1
  if (result.status === 'succeeded') settleInvoice(sandbox, invoice)
  else recordFailure(sandbox, invoice, result, attempt)
  return result
}

/** The invoice's payment went through, by whatever way: it is paid, and its subscription is in good standing again. */
export function settleInvoice(sandbox: Sandbox, invoice: StoredInvoice): void {
  markPaid(sandbox, invoice)
  const subscription = subscriptionOf(sandbox, invoice)
  if (!subscription || hasEnded(subscription)) return
  const method = intentOfInvoice(sandbox, invoice)?.payment_method
  const keepsMethod = subscription.payment_settings?.save_default_payment_method === 'on_subscription'
  if (keepsMethod && typeof method === 'string') {
    change(sandbox, 'customer.subscription.updated', subscription, { default_payment_method: method })
  }
  restoreStanding(sandbox, subscription.id)
}

/** The draft hour of a renewal is over. */
export function finalizeDueInvoice(sandbox: Sandbox, id: string): void {
  const invoice = sandbox.store.get('invoice', id)
  if (invoice?.status !== 'draft' || !invoice.auto_advance) return
  const at = invoice.automatically_finalizes_at
  if (at === null || at > sandbox.clock.now()) return
  finalizeInvoice(sandbox, invoice)
  if (invoice.status === 'open') collectInvoice(sandbox, invoice, { offSession: true, automatic: true })
}

/** The next try of the schedule, if nobody has paid or given up meanwhile. */
export function retryInvoice(sandbox: Sandbox, id: string): void {
  const invoice = sandbox.store.get('invoice', id)
  if (invoice?.status !== 'open' || invoice.next_payment_attempt === null) return
  if (invoice.next_payment_attempt > sandbox.clock.now()) return
  invoice._retries += 1
  collectInvoice(sandbox, invoice, { offSession: true, automatic: true })
}

/** The card an invoice is charged to when nobody names one. */
export function defaultMethod(sandbox: Sandbox, invoice: StoredInvoice): StoredPaymentMethod | undefined {
  const subscription = subscriptionOf(sandbox, invoice)
  const customer = sandbox.store.get('customer', String(invoice.customer))
  const settings = customer && !customer.deleted ? customer.invoice_settings : undefined
  const ids = [
    invoice.default_payment_method,
    subscription?.default_payment_method,
    settings?.default_payment_method,
  ].filter((id) => typeof id === 'string')
  for (const id of ids) {
    const method = sandbox.store.get('payment_method', id)
    if (method?.customer === invoice.customer) return method
  }
  return undefined
}

function recordFailure(
  sandbox: Sandbox,
  invoice: StoredInvoice,
  result: Exclude<PaymentResult, { status: 'succeeded' }>,
  attempt: Attempt,
): void {
  const isOver = attempt.automatic && planNextAttempt(sandbox, invoice)
  sandbox.store.put(invoice)
  if (result.status === 'requires_action') emit(sandbox, 'invoice.payment_action_required', invoice)
  // With the payer there, a question is not a failure yet.
  if (result.status === 'requires_action' && !attempt.offSession) return
  emit(sandbox, 'invoice.payment_failed', invoice)
  const subscription = subscriptionOf(sandbox, invoice)
  if (!subscription) return
  if (subscription.status === 'active') setStatus(sandbox, subscription, 'past_due')
  if (!isOver || subscription.status !== 'past_due') return
  const { afterRetries } = readBilling(sandbox)
  if (afterRetries === 'canceled') endSubscription(sandbox, subscription, { reason: 'payment_failed' })
  if (afterRetries === 'unpaid') setStatus(sandbox, subscription, 'unpaid')
}

/** Answers whether the schedule has come to its end. */
function planNextAttempt(sandbox: Sandbox, invoice: StoredInvoice): boolean {
  invoice._first_failure ??= sandbox.clock.now()
  const days = readBilling(sandbox).retryDays[invoice._retries]
  if (days === undefined) {
    invoice.next_payment_attempt = null
    invoice.auto_advance = false
    return true
  }
  const at = Math.max(sandbox.clock.now(), invoice._first_failure + Math.round(days * DAY))
  invoice.next_payment_attempt = at
  schedule(sandbox, at, 'retry-invoice', invoice.id)
  return false
}

function noMethod(): ErrorBody {
  const message =
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method.'
  return { type: 'invalid_request_error', code: 'resource_missing', message }
}
