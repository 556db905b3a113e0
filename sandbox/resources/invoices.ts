import type Stripe from 'stripe'
import { readBilling } from '#sandbox/billing-settings.ts'
import { change } from '#sandbox/change.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { ApiError, invalidRequest } from '#sandbox/errors.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import type { StoredInvoice } from '#sandbox/objects.ts'
import { refuse } from '#sandbox/refuse.ts'
import { type Route, route } from '#sandbox/router.ts'
import { schedule } from '#sandbox/schedule.ts'
import { collectInvoice, defaultMethod } from './collection.ts'
import { finalizeInvoice, markUncollectible, subscriptionIdOf, voidInvoice } from './invoice-states.ts'
import { ownMethod } from './payment-methods.ts'
import { restoreStanding } from './subscription-states.ts'

const URL = '/v1/invoices'
const NOUN = 'invoice'

export const invoiceRoutes: readonly Route[] = [
  route('GET', URL, 'invoices.list', (sandbox, params) => {
    refuse(params, ['customer_account', 'due_date'])
    const query = {
      kind: 'invoice' as const,
      created: createdRange(params.created),
      equals: {
        '$.customer': params.customer,
        '$.status': params.status,
        '$.collection_method': params.collection_method,
        '$.parent.subscription_details.subscription': params.subscription,
      },
    }
    return listPage(sandbox, URL, params, query, NOUN)
  }),
  route('GET', `${URL}/:id`, 'invoices.retrieve', (sandbox, _params, id) => mustGet(sandbox, 'invoice', id, NOUN)),
  route(
    'GET',
    `${URL}/:id/lines`,
    'invoices.listLineItems',
    (sandbox, _params, id) => mustGet(sandbox, 'invoice', id, NOUN).lines,
  ),
  route('POST', `${URL}/:id`, 'invoices.update', updateInvoice),
  route('POST', `${URL}/:id/finalize`, 'invoices.finalizeInvoice', (sandbox, params, id) => {
    const invoice = mustGet(sandbox, 'invoice', id, NOUN)
    if (params.auto_advance !== undefined) invoice.auto_advance = params.auto_advance
    return finalizeInvoice(sandbox, invoice)
  }),
  route('POST', `${URL}/:id/pay`, 'invoices.pay', payInvoice),
  route('POST', `${URL}/:id/void`, 'invoices.voidInvoice', (sandbox, _params, id) =>
    closing(sandbox, voidInvoice(sandbox, mustGet(sandbox, 'invoice', id, NOUN))),
  ),
  route('POST', `${URL}/:id/mark_uncollectible`, 'invoices.markUncollectible', (sandbox, _params, id) =>
    closing(sandbox, markUncollectible(sandbox, mustGet(sandbox, 'invoice', id, NOUN), 'user_forgiven')),
  ),
]

function closing(sandbox: Sandbox, invoice: StoredInvoice): StoredInvoice {
  restoreStanding(sandbox, subscriptionIdOf(invoice))
  return invoice
}

function updateInvoice(sandbox: Sandbox, params: Stripe.InvoiceUpdateParams, id: string): StoredInvoice {
  const { metadata, description, auto_advance, default_payment_method, expand: _expand, ...others } = params
  refuse(others, Object.keys(others))
  const invoice = mustGet(sandbox, 'invoice', id, NOUN)
  return change(sandbox, 'invoice.updated', invoice, {
    metadata: mergeMetadata(invoice.metadata ?? {}, metadata),
    ...(description !== undefined && { description }),
    ...(auto_advance !== undefined && advancement(sandbox, invoice, auto_advance)),
    ...(default_payment_method !== undefined && {
      default_payment_method: ownMethod(
        sandbox,
        String(invoice.customer),
        default_payment_method,
        'default_payment_method',
      ).id,
    }),
  })
}

// A draft that advances finalizes itself; one that does not waits for somebody.
function advancement(sandbox: Sandbox, invoice: StoredInvoice, auto_advance: boolean): Partial<StoredInvoice> {
  if (invoice.status !== 'draft' || auto_advance === invoice.auto_advance) return { auto_advance }
  const at = auto_advance ? sandbox.clock.now() + readBilling(sandbox).draftSeconds : null
  if (at !== null) schedule(sandbox, at, 'finalize-invoice', invoice.id)
  return { auto_advance, automatically_finalizes_at: at }
}

/** Charges now, whatever the schedule says. A declined card is answered as an error after everything is kept. */
function payInvoice(sandbox: Sandbox, params: Stripe.InvoicePayParams, id: string): StoredInvoice | ApiError {
  refuse(params, ['forgive', 'mandate', 'paid_out_of_band', 'source'])
  const invoice = mustGet(sandbox, 'invoice', id, NOUN)
  if (invoice.status === 'paid') throw invalidRequest('Invoice is already paid', { code: 'invoice_already_paid' })
  if (invoice.status === 'void') throw invalidRequest('Voided invoices cannot be paid.')
  const method =
    params.payment_method === undefined
      ? defaultMethod(sandbox, invoice)
      : ownMethod(sandbox, String(invoice.customer), params.payment_method, 'payment_method')
  if (!method) {
    const message =
      'There is no `default_payment_method` set on this Customer or Invoice. Please set either field to a valid ' +
      'payment method and try again.'
    throw invalidRequest(message, { code: 'resource_missing' })
  }
  if (invoice.status === 'draft') finalizeInvoice(sandbox, invoice)
  if (invoice.amount_due === 0) return invoice
  const result = collectInvoice(sandbox, invoice, { method, offSession: params.off_session ?? true, automatic: false })
  if (result.status === 'succeeded') return mustGet(sandbox, 'invoice', id, NOUN)
  if (result.status === 'declined') return new ApiError(402, result.error)
  const message = 'This payment requires additional user action before it can be completed successfully.'
  return new ApiError(402, { type: 'card_error', code: 'invoice_payment_intent_requires_action', message })
}
