import { formatAmount } from '#sandbox/currency.ts'
import type { StoredInvoice, StoredPaymentMethod } from '#sandbox/objects.ts'
import { type CardForm, cardChoices, problemBox } from './card-form.ts'
import { html, type Markup } from './html.ts'

export function invoiceView(invoice: StoredInvoice, form: CardForm, onFile: StoredPaymentMethod | undefined): Markup {
  const amount = formatAmount(invoice.amount_due, invoice.currency)
  return html`<main class="frame split">
${summary(invoice, 'Amount due')}
<div class="sheet">
<h2>Pay by card</h2>
${problemBox(form)}
<form method="post" action="${pathOf(invoice)}">
<input type="hidden" name="attempt" value="${invoice._page_attempts ?? 0}">
${cardChoices(form, onFile)}
<button type="submit">Pay ${amount}</button>
</form>
<p class="small soft">Only test cards work here. Nothing is charged and no number is kept.</p>
</div>
</main>`
}

/** What the page says once everything is paid. */
export function settledView(invoice: StoredInvoice): Markup {
  return html`<main class="frame split">
${summary(invoice, 'Paid')}
<div class="sheet">
<h2>This invoice is paid</h2>
<p>${formatAmount(invoice.amount_paid, invoice.currency)} was paid on ${dateWords(invoice.status_transitions.paid_at ?? invoice.created)}. You can close this page.</p>
</div>
</main>`
}

/** 23 November 2026 */
export function dateWords(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000)
}

function summary(invoice: StoredInvoice, total: string): Markup {
  const rows = invoice.lines.data.map(
    (line) => html`<li><span>${line.description}</span><span>${formatAmount(line.amount, line.currency)}</span></li>`,
  )
  return html`<section class="summary" aria-labelledby="invoice">
<h1 id="invoice">Invoice ${invoice.number}</h1>
<p class="figure">${formatAmount(invoice.amount_due, invoice.currency)}</p>
<p class="soft small">For ${invoice.customer_name ?? invoice.customer_email ?? 'the customer'}, ${dateWords(invoice.created)}</p>
<ul class="lines">${rows}<li class="total"><span>${total}</span><span>${formatAmount(invoice.amount_due, invoice.currency)}</span></li></ul>
</section>`
}

function pathOf(invoice: StoredInvoice): string {
  return new URL(invoice.hosted_invoice_url ?? '/', 'http://sandbox').pathname
}
