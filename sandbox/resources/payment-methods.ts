import type Stripe from 'stripe'
import { findCard } from '#sandbox/cards.ts'
import { change } from '#sandbox/change.ts'
import { missing } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { ApiError, invalidRequest, resourceMissing } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { StoredPaymentMethod } from '#sandbox/objects.ts'
import { refuse } from '#sandbox/refuse.ts'
import { type Route, route } from '#sandbox/router.ts'
import { addPaymentMethod, attachMethod } from '#sandbox/stored-cards.ts'
import { liveCustomer } from './customers.ts'

const URL = '/v1/payment_methods'
const NOUN = 'PaymentMethod'

export const paymentMethodRoutes: readonly Route[] = [
  route('GET', URL, 'payment_methods.list', (sandbox, params) => {
    refuse(params, ['customer_account'])
    const equals = {
      '$.customer': params.customer,
      '$.type': params.type,
      '$.allow_redisplay': params.allow_redisplay,
    }
    return listPage(sandbox, URL, params, { kind: 'payment_method', equals }, NOUN)
  }),
  route('GET', '/v1/customers/:id/payment_methods', 'customers.listPaymentMethods', (sandbox, params, id) => {
    const equals = { '$.customer': liveCustomer(sandbox, id, 'id').id, '$.type': params.type }
    const url = `/v1/customers/${id}/payment_methods`
    return listPage(sandbox, url, params, { kind: 'payment_method', equals }, NOUN)
  }),
  route('GET', `${URL}/:id`, 'payment_methods.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'payment_method', id, NOUN),
  ),
  route('POST', `${URL}/:id`, 'payment_methods.update', updateMethod),
  route('POST', `${URL}/:id/attach`, 'payment_methods.attach', attachToCustomer),
  route('POST', `${URL}/:id/detach`, 'payment_methods.detach', (sandbox, _params, id) => {
    const method = mustGet(sandbox, 'payment_method', id, NOUN)
    const previous = { customer: method.customer }
    if (method.customer === null) {
      throw invalidRequest('The payment method you provided is not attached to a customer so detachment is impossible.')
    }
    method.customer = null
    sandbox.store.put(method)
    emit(sandbox, 'payment_method.detached', method, previous)
    return method
  }),
]

/** A method that belongs to this customer; Stripe takes no other as anybody's default. */
export function ownMethod(sandbox: Sandbox, customer: string, id: string, param: string): StoredPaymentMethod {
  const method = sandbox.store.get('payment_method', id)
  if (method?.customer === customer) return method
  const message = `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`
  throw invalidRequest(message, { code: 'resource_missing', param })
}

// A test token is a new card each time, as in Stripe's test mode.
function attachToCustomer(
  sandbox: Sandbox,
  params: Stripe.PaymentMethodAttachParams,
  id: string,
): StoredPaymentMethod | ApiError {
  refuse(params, ['customer_account'])
  const customer = liveCustomer(sandbox, params.customer ?? missing('customer'), 'customer')
  const stored = sandbox.store.get('payment_method', id)
  const card = findCard(id.startsWith('pm_card_') ? id : '')
  if (!stored && !card) throw resourceMissing(NOUN, id)
  if (card?.outcome === 'declines' && !card.canBeSaved) {
    const { code, declineCode, message } = card.decline ?? { code: 'card_declined', message: 'Your card was declined.' }
    return new ApiError(402, { type: 'card_error', code, message, ...(declineCode && { decline_code: declineCode }) })
  }
  if (stored && stored.customer !== null && stored.customer !== customer.id) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.')
  }
  const payer = { email: customer.email, name: customer.name ?? null }
  const method = stored ?? (card && addPaymentMethod(sandbox, card, payer, null))
  if (!method) throw resourceMissing(NOUN, id)
  return attachMethod(sandbox, method, customer.id)
}

function updateMethod(sandbox: Sandbox, params: Stripe.PaymentMethodUpdateParams, id: string): StoredPaymentMethod {
  const { metadata, card, billing_details, expand: _expand, ...others } = params
  refuse(others, Object.keys(others))
  const method = mustGet(sandbox, 'payment_method', id, NOUN)
  const year = card?.exp_year ?? method.card?.exp_year
  return change(sandbox, 'payment_method.updated', method, {
    metadata: mergeMetadata(method.metadata ?? {}, metadata || undefined),
    billing_details: {
      ...method.billing_details,
      ...(billing_details?.email !== undefined && { email: billing_details.email || null }),
      ...(billing_details?.name !== undefined && { name: billing_details.name || null }),
    },
    ...(method.card &&
      year && { card: { ...method.card, exp_month: card?.exp_month ?? method.card.exp_month, exp_year: year } }),
  })
}
