import type Stripe from 'stripe'
import { checkEmail } from '#sandbox/checks.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { invalidRequest, resourceMissing } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import { type Route, route } from '#sandbox/router.ts'
import { schedule } from '#sandbox/schedule.ts'

export const customerRoutes: readonly Route[] = [
  route('GET', '/v1/customers', 'customers.list', (sandbox, params) =>
    listPage(
      sandbox,
      '/v1/customers',
      params,
      {
        kind: 'customer',
        created: createdRange(params.created),
        equals: { '$.email': params.email },
        also: ["json_extract(json, '$.deleted') IS NULL"],
      },
      'customer',
    ),
  ),
  route('GET', '/v1/customers/:id', 'customers.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'customer', id, 'customer'),
  ),
  route('POST', '/v1/customers/:id', 'customers.update', updateCustomer),
  route('DELETE', '/v1/customers/:id', 'customers.del', deleteCustomer),
]

type NewCustomer = Pick<Stripe.CustomerCreateParams, 'email' | 'name' | 'phone' | 'description' | 'metadata'>

export function addCustomer(sandbox: Sandbox, params: NewCustomer): Stripe.Customer {
  checkEmail(params.email, 'email')
  const id = sandbox.ids.next('customer')
  const customer: Stripe.Customer = {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created: sandbox.clock.now(),
    currency: null,
    default_source: null,
    delinquent: false,
    description: params.description ?? null,
    discount: null,
    email: params.email ?? null,
    invoice_prefix: id.slice(-8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name ?? null,
    next_invoice_sequence: 1,
    phone: params.phone ?? null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  }
  sandbox.store.put(customer)
  emit(sandbox, 'customer.created', customer)
  return customer
}

/** A customer that can still be used; a deleted one is "no such customer" wherever it is referred to. */
export function liveCustomer(sandbox: Sandbox, id: string, param: string): Stripe.Customer {
  const customer = sandbox.store.get('customer', id)
  if (!customer || customer.deleted) throw resourceMissing('customer', id, param)
  return customer
}

function updateCustomer(sandbox: Sandbox, params: Stripe.CustomerUpdateParams, id: string): Stripe.Customer {
  const customer = liveCustomer(sandbox, id, 'id')
  checkEmail(params.email, 'email')
  const previous = { email: customer.email, name: customer.name ?? null, metadata: customer.metadata }
  setDefaultMethod(sandbox, customer, params.invoice_settings?.default_payment_method)
  customer.email = params.email ?? customer.email
  customer.name = params.name ?? customer.name ?? null
  customer.phone = params.phone ?? customer.phone ?? null
  customer.description = params.description ?? customer.description
  customer.metadata = mergeMetadata(customer.metadata, params.metadata)
  sandbox.store.put(customer)
  emit(sandbox, 'customer.updated', customer, previous)
  return customer
}

function deleteCustomer(sandbox: Sandbox, _params: object, id: string): Stripe.DeletedCustomer {
  const customer = liveCustomer(sandbox, id, 'id')
  emit(sandbox, 'customer.deleted', customer)
  // Its subscriptions end with it: the renewal that comes at once finds nobody to charge.
  for (const { id: subscription } of sandbox.store.list({
    kind: 'subscription',
    equals: { '$.customer': id },
    limit: 100,
  }).data) {
    schedule(sandbox, sandbox.clock.now(), 'renew-subscription', subscription)
  }
  return sandbox.store.put<Stripe.DeletedCustomer>({ id, object: 'customer', deleted: true })
}

function setDefaultMethod(sandbox: Sandbox, customer: Stripe.Customer, id: string | undefined): void {
  if (id === undefined) return
  if (id !== '' && sandbox.store.get('payment_method', id)?.customer !== customer.id) {
    const message = `No such PaymentMethod: '${id}'; it's possible that it is not attached to this customer.`
    throw invalidRequest(message, { code: 'resource_missing', param: 'invoice_settings[default_payment_method]' })
  }
  customer.invoice_settings = { ...customer.invoice_settings, default_payment_method: id === '' ? null : id }
}
