import type Stripe from 'stripe'
import { change } from '#sandbox/change.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import type { StoredInvoice, StoredPaymentIntent } from '#sandbox/objects.ts'
import { buildIntent, cancelIntent } from './payment-intents.ts'

const INTENT_WORDS: Record<string, string> = { subscription_create: 'Subscription creation' }

/** The subscription an invoice was made for. */
export function subscriptionIdOf(invoice: StoredInvoice): string {
  return String(invoice.parent?.subscription_details?.subscription)
}

/** The payment an invoice asks for; there is one from its finalization on, unless nothing is due. */
function defaultPayment(sandbox: Sandbox, invoice: StoredInvoice): Stripe.InvoicePayment | undefined {
  return sandbox.store.list({ kind: 'invoice_payment', equals: { '$.invoice': invoice.id }, limit: 1 }).data[0]
}

export function intentOfInvoice(sandbox: Sandbox, invoice: StoredInvoice): StoredPaymentIntent | undefined {
  const payment = defaultPayment(sandbox, invoice)?.payment.payment_intent
  return sandbox.store.get('payment_intent', String(payment))
}

/** A draft becomes open: it gets its number, its page and its payment. `paidBy` is an intent that has been paid already. */
export function finalizeInvoice(sandbox: Sandbox, invoice: StoredInvoice, paidBy?: StoredPaymentIntent): StoredInvoice {
  if (invoice.status !== 'draft') {
    throw invalidRequest('This invoice is already finalized, you can’t re-finalize a non-draft invoice.', {
      code: 'invoice_not_editable',
    })
  }
  const now = sandbox.clock.now()
  invoice.status = 'open'
  invoice.number = nextNumber(sandbox, String(invoice.customer))
  invoice.effective_at = now
  invoice.ending_balance = 0
  invoice.automatically_finalizes_at = null
  invoice.status_transitions.finalized_at = now
  invoice.hosted_invoice_url = `${sandbox.publicUrl}/i/${invoice.id}_${sandbox.ids.next('secret')}`
  invoice.next_payment_attempt = null
  sandbox.store.put(invoice)
  emit(sandbox, 'invoice.finalized', invoice)
  if (invoice.amount_due === 0) return markPaid(sandbox, invoice)
  addPayment(sandbox, invoice, paidBy ?? newIntent(sandbox, invoice))
  return invoice
}

/** The money is there (or none was due). Two calls are one. */
export function markPaid(sandbox: Sandbox, invoice: StoredInvoice): StoredInvoice {
  if (invoice.status === 'paid') return invoice
  const now = sandbox.clock.now()
  const payment = defaultPayment(sandbox, invoice)
  if (payment) {
    payment.status = 'paid'
    payment.amount_paid = invoice.amount_due
    payment.status_transitions.paid_at = now
    sandbox.store.put(payment)
    emit(sandbox, 'invoice_payment.paid', payment)
  }
  invoice.status = 'paid'
  invoice.amount_paid = invoice.amount_due
  invoice.amount_remaining = 0
  invoice.attempted = true
  invoice.auto_advance = false
  invoice.next_payment_attempt = null
  invoice.status_transitions.paid_at = now
  sandbox.store.put(invoice)
  emit(sandbox, 'invoice.paid', invoice)
  emit(sandbox, 'invoice.payment_succeeded', invoice)
  return invoice
}

/** Nobody can pay it any more. */
export function voidInvoice(sandbox: Sandbox, invoice: StoredInvoice): StoredInvoice {
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') throw notOpen(invoice, 'void')
  endCollection(invoice)
  invoice.status = 'void'
  invoice.status_transitions.voided_at = sandbox.clock.now()
  sandbox.store.put(invoice)
  cancelPayment(sandbox, invoice)
  emit(sandbox, 'invoice.voided', invoice)
  return invoice
}

/** Given up, but whoever has its page can still pay it. */
export function markUncollectible(
  sandbox: Sandbox,
  invoice: StoredInvoice,
  reason: Stripe.Invoice.StatusDetails.Uncollectible.Reason,
): StoredInvoice {
  if (invoice.status !== 'open') throw notOpen(invoice, 'mark as uncollectible')
  endCollection(invoice)
  invoice.status = 'uncollectible'
  invoice.status_details = { uncollectible: { reason } }
  invoice.status_transitions.marked_uncollectible_at = sandbox.clock.now()
  sandbox.store.put(invoice)
  emit(sandbox, 'invoice.marked_uncollectible', invoice)
  return invoice
}

/** Nothing is charged by itself any more: its subscription has ended. */
export function stopCollection(sandbox: Sandbox, invoice: StoredInvoice): void {
  const values = { auto_advance: false, next_payment_attempt: null, automatically_finalizes_at: null }
  change(sandbox, 'invoice.updated', invoice, values)
}

function endCollection(invoice: StoredInvoice): void {
  invoice.auto_advance = false
  invoice.next_payment_attempt = null
}

function newIntent(sandbox: Sandbox, invoice: StoredInvoice): StoredPaymentIntent {
  const intent = buildIntent(sandbox, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: String(invoice.customer),
    description: INTENT_WORDS[String(invoice.billing_reason)] ?? 'Subscription update',
    metadata: {},
    receiptEmail: null,
  })
  intent.setup_future_usage = 'off_session'
  intent._invoice = invoice.id
  sandbox.store.put(intent)
  emit(sandbox, 'payment_intent.created', intent)
  return intent
}

function addPayment(sandbox: Sandbox, invoice: StoredInvoice, intent: StoredPaymentIntent): void {
  intent._invoice = invoice.id
  sandbox.store.put(intent)
  sandbox.store.put<Stripe.InvoicePayment>({
    id: sandbox.ids.next('invoice_payment'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: sandbox.clock.now(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  })
}

function cancelPayment(sandbox: Sandbox, invoice: StoredInvoice): void {
  const payment = defaultPayment(sandbox, invoice)
  const intent = intentOfInvoice(sandbox, invoice)
  if (!payment || !intent) return
  payment.status = 'canceled'
  payment.status_transitions.canceled_at = sandbox.clock.now()
  sandbox.store.put(payment)
  cancelIntent(sandbox, intent, 'void_invoice')
}

function nextNumber(sandbox: Sandbox, customerId: string): string {
  const customer = sandbox.store.get('customer', customerId)
  if (!customer || customer.deleted) return `${customerId.slice(-8).toUpperCase()}-0000`
  const sequence = customer.next_invoice_sequence ?? 1
  customer.next_invoice_sequence = sequence + 1
  sandbox.store.put(customer)
  return `${customer.invoice_prefix}-${String(sequence).padStart(4, '0')}`
}

function notOpen(invoice: StoredInvoice, action: string) {
  return invalidRequest(`You can only ${action} open invoices. This invoice is ${invoice.status}.`)
}
