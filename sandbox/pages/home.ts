import type { ServerResponse } from 'node:http'
import type { Sandbox } from '#sandbox/context.ts'
import { formatAmount } from '#sandbox/currency.ts'
import { balanceByCurrency } from '#sandbox/transactions.ts'
import { html, type Markup } from './html.ts'
import { sendPage } from './layout.ts'
import { paymentTable, payoutTable } from './money-tables.ts'

/** GET /: what happened lately, for a person who wonders. */
export function showHome(sandbox: Sandbox, response: ServerResponse): void {
  const now = new Date(sandbox.clock.nowMs()).toISOString()
  const main = html`<main class="frame">
<h1>Stripe sandbox</h1>
<p class="soft">Its clock says <time datetime="${now}">${now.slice(0, 16).replace('T', ' ')} UTC</time>.
Webhooks go to ${sandbox.webhook.url ? html`<code>${sandbox.webhook.url}</code>` : 'nowhere: no endpoint is set'}.</p>
${balanceTable(sandbox)}
${sessionTable(sandbox)}
${paymentTable(sandbox)}
${payoutTable(sandbox)}
${subscriptionTable(sandbox)}
${eventTable(sandbox)}
</main>`
  sendPage(response, 200, 'Stripe sandbox', main)
}

function balanceTable(sandbox: Sandbox): Markup {
  const rows = balanceByCurrency(sandbox).map(
    (sum) => html`<tr><th scope="row">${sum.currency.toUpperCase()}</th>
<td class="amount">${formatAmount(sum.available, sum.currency)}</td><td class="amount">${formatAmount(sum.pending, sum.currency)}</td></tr>`,
  )
  if (rows.length === 0) return html`<h2>Balance</h2><p class="scroll soft">Nothing yet.</p>`
  return html`<h2>Balance</h2><div class="scroll" role="region" aria-label="Balance" tabindex="0"><table>
<thead><tr><th scope="col">Currency</th><th scope="col" class="amount">Available</th><th scope="col" class="amount">Pending</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function sessionTable(sandbox: Sandbox): Markup {
  const sessions = sandbox.store.list({ kind: 'checkout.session', limit: 15 }).data
  const rows = sessions.map((session) => {
    const name = html`<code>${session.id.slice(0, 22)}…</code>`
    const link = session.status === 'open' ? html`<a href="/c/pay/${session.id}">${name}</a>` : name
    return html`<tr><td>${timeOf(session.created)}</td><td>${link}</td><td>${session.status}</td>
<td class="amount">${formatAmount(session.amount_total ?? 0, session.currency ?? 'usd')}</td></tr>`
  })
  if (rows.length === 0) return html`<h2>Checkout sessions</h2><p class="scroll soft">None yet.</p>`
  return html`<h2>Checkout sessions</h2><div class="scroll" role="region" aria-label="Checkout sessions" tabindex="0"><table>
<thead><tr><th scope="col">Made</th><th scope="col">Session</th><th scope="col">Status</th><th scope="col" class="amount">Amount</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function subscriptionTable(sandbox: Sandbox): Markup | null {
  const subscriptions = sandbox.store.list({ kind: 'subscription', limit: 15 }).data
  if (subscriptions.length === 0) return null
  const rows = subscriptions.map((subscription) => {
    const invoice = sandbox.store.get('invoice', String(subscription.latest_invoice))
    const state = `${invoice?.status ?? 'none'}, ${invoice?.billing_reason ?? ''}`
    const page = invoice?.status === 'open' && invoice.hosted_invoice_url
    const end = subscription.items.data[0]?.current_period_end
    return html`<tr><td>${timeOf(subscription.created)}</td><td><code>${subscription.id}</code></td><td>${subscription.status}</td>
<td>${end === undefined ? '' : timeOf(end)}</td><td>${page ? html`<a href="${page}">${state}</a>` : state}</td>
<td class="amount">${formatAmount(invoice?.amount_due ?? 0, subscription.currency)}</td></tr>`
  })
  return html`<h2>Subscriptions</h2><div class="scroll" role="region" aria-label="Subscriptions" tabindex="0"><table>
<thead><tr><th scope="col">Made</th><th scope="col">Subscription</th><th scope="col">Status</th><th scope="col">Period ends</th><th scope="col">Latest invoice</th><th scope="col" class="amount">Amount</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function eventTable(sandbox: Sandbox): Markup {
  const events = sandbox.store.list({ kind: 'event', limit: 30 }).data
  const rows = events.map((event) => {
    const sql = 'SELECT state, attempts, last_status FROM delivery WHERE event = ?'
    const delivery = sandbox.store.row<{ state: string; attempts: number; last_status: number | null }>(sql, event.id)
    const detail =
      delivery && `${delivery.state}, tries: ${delivery.attempts}, last answer: ${delivery.last_status ?? 'none'}`
    return html`<tr><td>${timeOf(event.created)}</td><td>${event.type}</td><td>${detail ?? 'no endpoint'}</td><td><code>${event.id}</code></td></tr>`
  })
  if (rows.length === 0) return html`<h2>Events</h2><p class="scroll soft">None yet.</p>`
  return html`<h2>Events</h2><div class="scroll" role="region" aria-label="Events" tabindex="0"><table>
<thead><tr><th scope="col">When</th><th scope="col">Type</th><th scope="col">Webhook</th><th scope="col">Id</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(5, 19).replace('T', ' ')
}
