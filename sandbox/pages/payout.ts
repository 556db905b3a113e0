import type { ServerResponse } from 'node:http'
import type { Sandbox } from '#sandbox/context.ts'
import { formatAmount } from '#sandbox/currency.ts'
import { ApiError } from '#sandbox/errors.ts'
import { redirect } from '#sandbox/http.ts'
import { failPayout } from '#sandbox/payout-flow.ts'
import { html, type Markup } from './html.ts'
import { type Reply, sendNotice, sendPage } from './layout.ts'
import { shortTime, wordsOf } from './money-tables.ts'
import { stepForm } from './payment-view.ts'

const CAN_FAIL = new Set(['pending', 'in_transit', 'paid'])

/** GET /d/payouts/po_…: what it is made of, and the bank's way to send it back. */
export function showPayout(sandbox: Sandbox, response: ServerResponse, id: string): void {
  pageReply(sandbox, id, 200)(response)
}

/** POST /d/payouts/po_…: the bank sends it back. */
export function submitPayout(sandbox: Sandbox, response: ServerResponse, id: string): void {
  let reply: Reply
  try {
    sandbox.store.transaction(() => failPayout(sandbox, id, 'account_closed'))
    reply = (to) => redirect(to, `/d/payouts/${id}`)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    reply = pageReply(sandbox, id, 422, error.message)
  }
  reply(response)
  sandbox.kick()
}

function pageReply(sandbox: Sandbox, id: string, status: number, problem?: string): Reply {
  const payout = sandbox.store.get('payout', id)
  if (!payout) {
    const link = { href: '/', label: 'To the sandbox' }
    return (response) => sendNotice(response, 404, { title: 'Not found', text: 'There is no such payout.', link })
  }
  const steps = CAN_FAIL.has(payout.status) ? [{ verb: 'fail', label: 'The bank sends it back' }] : []
  const main = html`<main class="frame narrow">
<a class="back" href="/">All payouts</a>
<div class="sheet">
<h1>Payout</h1>
<p class="figure">${formatAmount(payout.amount, payout.currency)}</p>
${problem && html`<div class="problem" role="alert"><p>${problem}</p></div>`}
<ul class="lines">
<li><span>Status</span><span>${wordsOf(payout.status)}</span></li>
<li><span>Arrives</span><span>${shortTime(payout.arrival_date)}</span></li>
<li><span>What the bank prints</span><span>${payout.trace_id?.value ?? 'nothing yet'}</span></li>
</ul>
${payout.failure_message && html`<p class="part">${payout.failure_message}</p>`}
${contents(sandbox, payout.id)}
${stepForm(`payouts/${payout.id}`, steps)}
</div>
</main>`
  return (response) => sendPage(response, status, 'Payout', main)
}

function contents(sandbox: Sandbox, payout: string): Markup {
  const sql = `SELECT json_extract(object.json, '$.reporting_category') AS category, txn.currency, count(*) AS n, sum(txn.net) AS net
    FROM txn JOIN object ON object.id = txn.id WHERE txn.payout = ? AND json_extract(object.json, '$.source') <> ? GROUP BY 1, 2`
  const sums = sandbox.store.rows<{ category: string; currency: string; n: number; net: number }>(sql, payout, payout)
  const rows = sums.map(
    (sum) =>
      html`<li><span>${wordsOf(sum.category)} × ${sum.n}</span><span>${formatAmount(sum.net, sum.currency)}</span></li>`,
  )
  return html`<section class="part"><h2>Made of</h2><ul class="lines">${rows}</ul></section>`
}
