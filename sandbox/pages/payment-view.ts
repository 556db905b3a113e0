import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { formatAmount } from '#sandbox/currency.ts'
import type { StoredDispute } from '#sandbox/objects.ts'
import { html, type Markup } from './html.ts'
import { wordsOf } from './money-tables.ts'

interface Step {
  /** The last part of the control endpoint. */
  verb: string
  label: string
}

const WIN = { verb: 'win', label: 'The bank finds for us' }
const LOSE = { verb: 'lose', label: 'The bank finds for the donor' }
const REVIEW = { verb: 'review', label: 'Send evidence' }
const INQUIRY_STEPS = [
  { verb: 'escalate', label: 'Becomes a chargeback' },
  { verb: 'close_inquiry', label: 'The bank asks no further' },
]

const DISPUTE_STEPS: Record<string, readonly Step[]> = {
  warning_needs_response: INQUIRY_STEPS,
  warning_under_review: INQUIRY_STEPS,
  needs_response: [REVIEW, WIN, LOSE],
  under_review: [WIN, LOSE],
  lost: [{ verb: 'appeal', label: 'Appeal' }],
  appeal_needs_response: [REVIEW, WIN, LOSE],
  appeal_under_review: [WIN, LOSE],
}

const REFUND_STEPS: Record<string, readonly Step[]> = {
  pending: [
    { verb: 'succeed', label: 'Arrives' },
    { verb: 'fail', label: 'The bank sends it back' },
    { verb: 'cancel', label: 'Cancel' },
  ],
  requires_action: [
    { verb: 'succeed', label: 'Arrives' },
    { verb: 'cancel', label: 'Cancel' },
  ],
  succeeded: [{ verb: 'fail', label: 'The bank sends it back' }],
}

/** The dashboard's page of one payment: what became of it, and what people and banks can do next. */
export function paymentView(sandbox: Sandbox, charge: Stripe.Charge, problem: string | undefined): Markup {
  const ofCharge = { equals: { '$.charge': charge.id }, limit: 100 }
  const refunds = sandbox.store.list({ kind: 'refund', ...ofCharge }).data
  const disputes = sandbox.store.list({ kind: 'dispute', ...ofCharge }).data
  return html`<main class="frame narrow">
<a class="back" href="/">All payments</a>
<div class="sheet">
<h1>Payment</h1>
<p class="figure">${formatAmount(charge.amount, charge.currency)}</p>
${problem && html`<div class="problem" role="alert"><p>${problem}</p></div>`}
<ul class="lines">
<li><span>Number</span><span><code>${charge.id.slice(0, 18)}…</code></span></li>
<li><span>Refunded</span><span>${formatAmount(charge.amount_refunded, charge.currency)}</span></li>
<li><span>Disputed</span><span>${charge.disputed ? 'yes' : 'no'}</span></li>
</ul>
${refunds.map((refund) => refundPart(refund))}
${disputes.map((dispute) => disputePart(dispute))}
${amountForm('refund', 'Refund from the dashboard', 'Refund')}
${amountForm('dispute', 'The donor disputes it', 'Take the money back')}
<form method="post"><button class="second" name="do" value="inquiry">The bank only asks</button></form>
</div>
</main>`
}

/** One button for each thing that can happen next to the object at `path`. */
export function stepForm(path: string, steps: readonly Step[]): Markup | null {
  if (steps.length === 0) return null
  const buttons = steps.map(
    (one) => html`<button class="second" name="do" value="${path}/${one.verb}">${one.label}</button>`,
  )
  return html`<form method="post">${buttons}</form>`
}

function refundPart(refund: Stripe.Refund): Markup {
  const reason = refund.failure_reason ? `, ${wordsOf(refund.failure_reason)}` : ''
  return html`<section class="part"><h2>Refund of ${formatAmount(refund.amount, refund.currency)}</h2>
<p class="soft">${wordsOf(refund.status)}${reason}</p>${stepForm(`refunds/${refund.id}`, REFUND_STEPS[refund.status ?? ''] ?? [])}</section>`
}

function disputePart(dispute: StoredDispute): Markup {
  return html`<section class="part"><h2>Dispute of ${formatAmount(dispute.amount, dispute.currency)}</h2>
<p class="soft">${wordsOf(dispute.status)}, ${wordsOf(dispute.reason)}</p>${stepForm(`disputes/${dispute.id}`, DISPUTE_STEPS[dispute.status] ?? [])}</section>`
}

function amountForm(name: string, title: string, button: string): Markup {
  return html`<form class="part" method="post"><h2>${title}</h2>
<div class="field"><label class="name" for="${name}-amount">Amount, empty for all that is left</label>
<input id="${name}-amount" type="text" inputmode="decimal" name="amount" autocomplete="off"></div>
<button name="do" value="${name}">${button}</button></form>`
}
