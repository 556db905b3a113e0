import type { TestCard } from './cards.ts'
import type { Sandbox } from './context.ts'
import { emit } from './events.ts'
import type { StoredInvoice, StoredPaymentIntent } from './objects.ts'
import type { PaymentResult } from './payments.ts'
import { collectInvoice, defaultMethod, settleInvoice } from './resources/collection.ts'
import { addPaymentMethod, attachMethod } from './stored-cards.ts'

/** Pays an open invoice on its page: with the card on file, or with a new one that is the customer's from then on. */
export function payOnPage(sandbox: Sandbox, invoice: StoredInvoice, card: TestCard | 'on file'): PaymentResult {
  const payer = { email: invoice.customer_email, name: invoice.customer_name }
  const method = card === 'on file' ? defaultMethod(sandbox, invoice) : addPaymentMethod(sandbox, card, payer, null)
  invoice._page_attempts = (invoice._page_attempts ?? 0) + 1
  sandbox.store.put(invoice)
  const result = collectInvoice(sandbox, invoice, { method, offSession: false, automatic: false })
  if (result.status === 'succeeded' && method) attachMethod(sandbox, method, String(invoice.customer))
  return result
}

/** What follows from the payer's answer to 3-D Secure for the invoice of that payment. */
export function afterAuthentication(sandbox: Sandbox, intent: StoredPaymentIntent): void {
  const invoice = sandbox.store.get('invoice', intent._invoice ?? '')
  if (!invoice || invoice.status === 'paid') return
  if (intent.status === 'succeeded') {
    settleInvoice(sandbox, invoice)
    const method = sandbox.store.get('payment_method', String(intent.payment_method))
    if (method) attachMethod(sandbox, method, String(invoice.customer))
  } else if (intent.last_payment_error) emit(sandbox, 'invoice.payment_failed', invoice)
}
