import type { ServerResponse } from 'node:http'
import type { Sandbox } from '#sandbox/context.ts'
import { redirect } from '#sandbox/http.ts'
import { payOnPage } from '#sandbox/invoice-recovery.ts'
import type { StoredInvoice } from '#sandbox/objects.ts'
import { defaultMethod } from '#sandbox/resources/collection.ts'
import { intentOfInvoice } from '#sandbox/resources/invoice-states.ts'
import { type CardForm, chooseCard, ON_FILE, readCardForm } from './card-form.ts'
import { invoiceView, settledView } from './invoice-view.ts'
import { type Reply, sendNotice, sendPage } from './layout.ts'

/** GET /i/:slug, the invoice's `hosted_invoice_url`. */
export function showInvoice(sandbox: Sandbox, response: ServerResponse, slug: string): void {
  const invoice = findInvoice(sandbox, slug)
  if (!invoice || !isPayable(invoice)) closedReply(invoice)(response)
  else formReply(sandbox, 200, invoice, emptyForm(sandbox, invoice))(response)
}

/** POST /i/:slug with the page's form: this really pays. */
export function submitInvoice(sandbox: Sandbox, response: ServerResponse, slug: string, body: string): void {
  const reply = sandbox.store.transaction(() => decide(sandbox, slug, new URLSearchParams(body)))
  reply(response)
  sandbox.kick()
}

function decide(sandbox: Sandbox, slug: string, fields: URLSearchParams): Reply {
  const invoice = findInvoice(sandbox, slug)
  if (!invoice) return closedReply(invoice)
  const back: Reply = (response) => redirect(response, `/i/${slug}`)
  // Two presses of the button are one payment.
  const isRepeat = fields.get('attempt') !== null && fields.get('attempt') !== String(invoice._page_attempts ?? 0)
  if (isRepeat || !isPayable(invoice)) return waits(sandbox, invoice) ? authenticationReply(sandbox, invoice) : back
  const form = readCardForm(fields)
  const onFile = form.card === ON_FILE ? defaultMethod(sandbox, invoice) : undefined
  const card = onFile ? 'on file' : chooseCard(form)
  if (!card) return formReply(sandbox, 422, invoice, form)
  const result = payOnPage(sandbox, invoice, card)
  if (result.status === 'succeeded') return back
  if (result.status === 'requires_action') return authenticationReply(sandbox, invoice)
  form.problems.page = `${result.error.message} Nothing has been paid. Choose another card.`
  return formReply(sandbox, 402, invoice, form)
}

function findInvoice(sandbox: Sandbox, slug: string): StoredInvoice | undefined {
  const invoice = sandbox.store.get('invoice', slug.slice(0, slug.lastIndexOf('_')))
  return invoice?.hosted_invoice_url?.endsWith(`/i/${slug}`) ? invoice : undefined
}

function isPayable(invoice: StoredInvoice): boolean {
  return invoice.status === 'open' || invoice.status === 'uncollectible'
}

function waits(sandbox: Sandbox, invoice: StoredInvoice): boolean {
  return isPayable(invoice) && intentOfInvoice(sandbox, invoice)?.status === 'requires_action'
}

function authenticationReply(sandbox: Sandbox, invoice: StoredInvoice): Reply {
  const intent = intentOfInvoice(sandbox, invoice)
  return (response) => redirect(response, `/c/authenticate/${intent?.id}`)
}

function emptyForm(sandbox: Sandbox, invoice: StoredInvoice): CardForm {
  const failure = intentOfInvoice(sandbox, invoice)?.last_payment_error
  const words =
    failure?.code === 'payment_intent_authentication_failure'
      ? 'Your bank did not confirm that it is you.'
      : failure?.message
  return {
    card: defaultMethod(sandbox, invoice) ? ON_FILE : '4242424242424242',
    cardNumber: '',
    problems: words ? { page: `${words} Pay with the same card again or choose another.` } : {},
  }
}

function formReply(sandbox: Sandbox, status: number, invoice: StoredInvoice, form: CardForm): Reply {
  const view = invoiceView(invoice, form, defaultMethod(sandbox, invoice))
  return (response) => sendPage(response, status, `Invoice ${invoice.number}`, view)
}

function closedReply(invoice: StoredInvoice | undefined): Reply {
  if (invoice?.status === 'paid') return (response) => sendPage(response, 200, 'Invoice paid', settledView(invoice))
  if (invoice) {
    const text = 'It was withdrawn. Nothing has to be paid.'
    return (response) => sendNotice(response, 410, { title: 'This invoice is void', text })
  }
  const text = 'The address is not of an invoice this sandbox knows.'
  return (response) => sendNotice(response, 404, { title: 'No such invoice', text })
}
