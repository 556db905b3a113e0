import type { Sandbox } from '#sandbox/context.ts'
import { formatAmount } from '#sandbox/currency.ts'
import { html, type Markup } from './html.ts'

const ROWS_MAX = 15

/** The latest payments, each with the way to its page. */
export function paymentTable(sandbox: Sandbox): Markup {
  const charges = sandbox.store.list({ kind: 'charge', equals: { '$.status': 'succeeded' }, limit: ROWS_MAX }).data
  if (charges.length === 0) return html`<h2>Payments</h2><p class="scroll soft">None yet.</p>`
  const rows = charges.map((charge) => {
    const refunded = charge.refunded ? 'refunded' : charge.amount_refunded > 0 && 'refunded in part'
    const state = [refunded, charge.disputed && 'disputed'].filter((word) => word)
    return html`<tr><td>${shortTime(charge.created)}</td><td><a href="/d/payments/${charge.id}"><code>${charge.id}</code></a></td>
<td>${state.length === 0 ? 'succeeded' : state.join(', ')}</td><td class="amount">${formatAmount(charge.amount, charge.currency)}</td></tr>`
  })
  return html`<h2>Payments</h2><div class="scroll" role="region" aria-label="Payments" tabindex="0"><table>
<thead><tr><th scope="col">Made</th><th scope="col">Payment</th><th scope="col">Status</th><th scope="col" class="amount">Amount</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

/** The latest payouts to the bank; nothing before the first. */
export function payoutTable(sandbox: Sandbox): Markup | null {
  const payouts = sandbox.store.list({ kind: 'payout', limit: ROWS_MAX }).data
  if (payouts.length === 0) return null
  const rows = payouts.map(
    (
      payout,
    ) => html`<tr><td>${shortTime(payout.created)}</td><td><a href="/d/payouts/${payout.id}"><code>${payout.id}</code></a></td>
<td>${wordsOf(payout.status)}</td><td class="amount">${formatAmount(payout.amount, payout.currency)}</td></tr>`,
  )
  return html`<h2>Payouts</h2><div class="scroll" role="region" aria-label="Payouts" tabindex="0"><table>
<thead><tr><th scope="col">Made</th><th scope="col">Payout</th><th scope="col">Status</th><th scope="col" class="amount">Amount</th></tr></thead>
<tbody>${rows}</tbody></table></div>`
}

/** `11-23 13:20:00`, of the virtual clock. */
export function shortTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(5, 19).replace('T', ' ')
}

/** `needs_response` as people write it. */
export function wordsOf(status: string | null): string {
  return (status ?? '').replaceAll('_', ' ')
}
