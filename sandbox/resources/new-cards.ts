import type Stripe from 'stripe'
import { findCard } from '#sandbox/cards.ts'
import { currentSession, payCheckout } from '#sandbox/checkout.ts'
import { missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { ApiError, invalidRequest, resourceMissing } from '#sandbox/errors.ts'
import { mustGet } from '#sandbox/lists.ts'
import type { StoredPaymentMethod } from '#sandbox/objects.ts'
import type { RequestParams } from '#sandbox/request-types.ts'
import { type Route, route } from '#sandbox/router.ts'
import { addPaymentMethod, attachMethod, cardOfMethod } from '#sandbox/stored-cards.ts'
import { addCustomer } from './customers.ts'

/** Cards that arrive from outside a page: as a token, with a new customer, or for a Checkout that a program pays. */
export const newCardRoutes: readonly Route[] = [
  route('POST', '/v1/payment_methods', 'payment_methods.create', createMethod),
  route('POST', '/v1/customers', 'customers.create', createCustomer),
  // Two calls that Stripe does not document: its hosted page and its command line pay a session with them.
  route('GET', '/v1/payment_pages/:id', 'payment_pages.retrieve', (sandbox, _params, id) => pageOf(sandbox, id)),
  route('POST', '/v1/payment_pages/:id/confirm', 'payment_pages.confirm', confirmPage),
]

function createMethod(sandbox: Sandbox, params: Stripe.PaymentMethodCreateParams): StoredPaymentMethod {
  if (params.type !== undefined && params.type !== 'card') {
    throw invalidRequest(`The payment method type "${params.type}" is not one of this account.`, { param: 'type' })
  }
  const given = params.card ?? missing('card')
  const text =
    'token' in given ? String(given.token).replace(/^tok_/, 'pm_card_') : 'number' in given ? given.number : ''
  const card = findCard(text ?? '')
  if (!card) throw resourceMissing('token', text ?? '', 'card[token]')
  const { email, name } = params.billing_details ?? {}
  return addPaymentMethod(sandbox, card, { email: email || null, name: name || null }, null)
}

// The method goes with the customer, and may at once be the one its invoices are paid with.
function createCustomer(sandbox: Sandbox, params: Stripe.CustomerCreateParams): Stripe.Customer {
  const customer = addCustomer(sandbox, params)
  const wanted = params.invoice_settings?.default_payment_method
  if (params.payment_method === undefined) {
    if (wanted !== undefined) throw resourceMissing('PaymentMethod', wanted, 'payment_method')
    return customer
  }
  const stored = sandbox.store.get('payment_method', params.payment_method)
  const card = findCard(params.payment_method)
  if (!stored && !card) throw resourceMissing('PaymentMethod', params.payment_method, 'payment_method')
  const payer = { email: customer.email, name: customer.name ?? null }
  const method = stored ?? (card && addPaymentMethod(sandbox, card, payer, null))
  if (method) attachMethod(sandbox, method, customer.id)
  if (wanted === params.payment_method && method) {
    customer.invoice_settings = { ...customer.invoice_settings, default_payment_method: method.id }
  }
  return sandbox.store.put(customer)
}

function pageOf(sandbox: Sandbox, id: string): object {
  const session = currentSession(sandbox, id)
  if (!session) throw resourceMissing('payment_page', id)
  return { ...session, object: 'checkout.session', id: session.id, session_id: session.id }
}

function confirmPage(sandbox: Sandbox, params: RequestParams['payment_pages.confirm'], id: string): object {
  const session = currentSession(sandbox, id)
  if (!session) throw resourceMissing('payment_page', id)
  if (session.status !== 'open') throw invalidRequest(`This Checkout Session is ${session.status}.`)
  if (params.expected_amount !== undefined && params.expected_amount !== session.amount_total) {
    throw invalidRequest('The amount of this Checkout Session has changed.', { param: 'expected_amount' })
  }
  const method = mustGet(sandbox, 'payment_method', params.payment_method, 'PaymentMethod', 'payment_method')
  const { email, name } = method.billing_details
  const payer = { email: email ?? 'payer@example.com', name: name ?? '' }
  const result = payCheckout(sandbox, session, cardOfMethod(sandbox, method), payer)
  if (result.status === 'declined') return new ApiError(402, result.error)
  return pageOf(sandbox, id)
}
