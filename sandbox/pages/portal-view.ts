import { SAVED_CARDS } from '#sandbox/cards.ts'
import type { Sandbox } from '#sandbox/context.ts'
import { formatAmount } from '#sandbox/currency.ts'
import type { StoredInvoice, StoredPortalSession, StoredSubscription } from '#sandbox/objects.ts'
import { liveSubscriptions } from '#sandbox/portal-flow.ts'
import { cycleOf, cycleWords } from '#sandbox/resources/recurring.ts'
import { type CardForm, cardChoices, methodWords, problemBox } from './card-form.ts'
import { html, type Markup } from './html.ts'
import { dateWords } from './invoice-view.ts'

/** Everything the customer has here, and what the configuration lets them change. */
export function portalView(sandbox: Sandbox, session: StoredPortalSession, form: CardForm): Markup {
  const features = sandbox.store.get('billing_portal.configuration', String(session.configuration))?.features
  const subscriptions = liveSubscriptions(sandbox, session.customer)
  return html`<main class="frame split">
<section class="summary" aria-labelledby="portal">
${backLink(session)}
<h1 id="portal">Your subscriptions</h1>
${session._done && html`<p class="done" role="status">${session._done}</p>`}
${subscriptions.length === 0 && html`<p class="soft">Nothing is running.</p>`}
${subscriptions.map((subscription) => subscriptionPart(sandbox, session, subscription, Boolean(features?.subscription_cancel.enabled)))}
${features?.invoice_history.enabled && invoiceTable(sandbox, session.customer)}
</section>
${features?.payment_method_update.enabled && cardSheet(session, form)}
</main>`
}

/** Only the card: the page of the flow `payment_method_update`. */
export function cardView(session: StoredPortalSession, form: CardForm): Markup {
  return html`<main class="frame narrow">
${backLink(session)}
<h1 class="spaced">Change your card</h1>
${cardSheet(session, form)}
</main>`
}

/** Only the end: the page of the flow `subscription_cancel`. */
export function cancelView(sandbox: Sandbox, session: StoredPortalSession): Markup {
  const id = session.flow?.subscription_cancel?.subscription ?? ''
  const subscription = sandbox.store.get('subscription', id)
  if (!subscription) return html`<main class="frame narrow"><h1>Nothing to cancel</h1></main>`
  return html`<main class="frame narrow">
${backLink(session)}
<div class="sheet">
<h1>Cancel ${subscriptionWords(sandbox, subscription)}?</h1>
<p>${amountWords(subscription)}. Nothing more is charged after ${dateWords(periodEnd(subscription))}.</p>
${actionForm(session, id, 'cancel', 'Cancel it', false)}
</div>
</main>`
}

function subscriptionPart(
  sandbox: Sandbox,
  session: StoredPortalSession,
  subscription: StoredSubscription,
  mayCancel: boolean,
): Markup {
  const method = sandbox.store.get('payment_method', String(subscription.default_payment_method))
  const end = dateWords(periodEnd(subscription))
  const next = subscription.cancel_at_period_end
    ? `Ends on ${end}`
    : subscription.pause_collection
      ? 'Paused'
      : subscription.status === 'past_due' || subscription.status === 'unpaid'
        ? 'The last payment failed'
        : `Next payment on ${end}`
  return html`<article class="part">
<h2>${subscriptionWords(sandbox, subscription)}</h2>
<p>${amountWords(subscription)}<br><span class="soft">${next}${method && `, ${methodWords(method)}`}</span></p>
${mayCancel && (subscription.cancel_at_period_end ? actionForm(session, subscription.id, 'keep', 'Do not cancel', true) : actionForm(session, subscription.id, 'cancel', 'Cancel subscription', true))}
</article>`
}

function actionForm(session: StoredPortalSession, id: string, action: string, label: string, second: boolean): Markup {
  return html`<form method="post" action="/p/${session._secret}">
<input type="hidden" name="subscription" value="${id}">
<button type="submit" name="action" value="${action}"${second && html` class="second"`}>${label}</button>
</form>`
}

function cardSheet(session: StoredPortalSession, form: CardForm): Markup {
  return html`<div class="sheet">
<h2>New card</h2>
${problemBox(form)}
<form method="post" action="/p/${session._secret}">
${cardChoices(form, undefined, SAVED_CARDS)}
<button type="submit" name="action" value="card">Use this card</button>
</form>
<p class="small soft">Only test cards work here. Nothing is charged now.</p>
</div>`
}

function invoiceTable(sandbox: Sandbox, customer: string): Markup | null {
  const invoices = sandbox.store.list({ kind: 'invoice', equals: { '$.customer': customer }, limit: 12 }).data
  if (invoices.length === 0) return null
  const rows = invoices.map(
    (invoice) => html`<tr><td>${dateWords(invoice.created)}</td><td>${invoiceState(invoice)}</td>
<td class="amount">${formatAmount(invoice.amount_due, invoice.currency)}</td></tr>`,
  )
  return html`<h2>Invoices</h2><div class="scroll" role="region" aria-label="Invoices" tabindex="0"><table>
<thead><tr><th scope="col">Date</th><th scope="col">State</th><th scope="col" class="amount">Amount</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function invoiceState(invoice: StoredInvoice): Markup | string {
  const isPayable = invoice.status === 'open' && invoice.hosted_invoice_url
  return isPayable ? html`<a href="${invoice.hosted_invoice_url}">Pay now</a>` : String(invoice.status)
}

function backLink(session: StoredPortalSession): Markup | null {
  return session.return_url === null ? null : html`<a class="back" href="${session.return_url}">← Back</a>`
}

function subscriptionWords(sandbox: Sandbox, subscription: StoredSubscription): string {
  const names = subscription.items.data.map(
    (item) => sandbox.store.get('product', String(item.price.product))?.name ?? 'Subscription',
  )
  return names.join(', ')
}

function amountWords(subscription: StoredSubscription): string {
  const [first] = subscription.items.data
  const total = subscription.items.data.reduce(
    (sum, item) => sum + (item.price.unit_amount ?? 0) * (item.quantity ?? 1),
    0,
  )
  return `${formatAmount(total, subscription.currency)} ${first ? cycleWords(cycleOf(first.price)) : ''}`
}

function periodEnd(subscription: StoredSubscription): number {
  return subscription.items.data[0]?.current_period_end ?? subscription.created
}
