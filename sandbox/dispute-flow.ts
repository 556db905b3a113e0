import type Stripe from 'stripe'
import type { Sandbox } from './context.ts'
import { formatAmount } from './currency.ts'
import { type ApiError, invalidRequest } from './errors.ts'
import { emit } from './events.ts'
import { settleInto } from './exchange.ts'
import { mustGet } from './lists.ts'
import type { StoredDispute } from './objects.ts'
import { settleCharge } from './payments.ts'
import { failPendingRefunds } from './refund-flow.ts'
import { buildDispute, type DisputeReason } from './resources/dispute-shape.ts'
import { schedule } from './schedule.ts'
import { addReturn, addTransaction } from './transactions.ts'

export interface NewDispute {
  charge: Stripe.Charge
  /** Minor units of the charge's currency; what is not refunded yet when absent. */
  amount?: number | undefined
  reason: DisputeReason
  isInquiry: boolean
  dueInDays?: number | undefined
}

const DAY = 24 * 3600
const DUE_DAYS = 9
const INQUIRY_DAYS = 120

// Stripe's published fee for a dispute, in minor units of the currency the account holds; 1500 where none is known.
const DISPUTE_FEE: Record<string, number> = { usd: 1500, eur: 2000, gbp: 2000, jpy: 1500, sek: 17500, nok: 17500 }
const DISPUTE_FEE_DEFAULT = 1500

const OPEN_STATES = ['needs_response', 'under_review', 'appeal_needs_response', 'appeal_under_review']
const REVIEW_OF: Record<string, Stripe.Dispute.Status> = {
  warning_needs_response: 'warning_under_review',
  needs_response: 'under_review',
  appeal_needs_response: 'appeal_under_review',
}

/** The donor's bank asks (an inquiry moves nothing) or takes the money back (amount and fee leave at once). */
export function openDispute(sandbox: Sandbox, input: NewDispute): StoredDispute {
  const { charge } = input
  if (charge.status !== 'succeeded') throw invalidRequest(`Charge ${charge.id} was never paid.`, { param: 'charge' })
  settleCharge(sandbox, charge.id)
  const now = sandbox.clock.now()
  const dispute = buildDispute(sandbox, {
    charge,
    amount: disputableAmount(sandbox, charge, input.amount),
    reason: input.reason,
    isInquiry: input.isInquiry,
    dueBy: now + (input.dueInDays ?? DUE_DAYS) * DAY,
  })
  sandbox.store.put(dispute)
  const fresh = mustGet(sandbox, 'charge', charge.id, 'charge')
  sandbox.store.put({ ...fresh, disputed: true })
  emit(sandbox, 'charge.dispute.created', dispute)
  schedule(sandbox, dispute.evidence_details.due_by ?? now, 'lapse-dispute', dispute.id)
  if (input.isInquiry) schedule(sandbox, now + INQUIRY_DAYS * DAY, 'lapse-dispute', dispute.id)
  else withdrawFunds(sandbox, dispute)
  return dispute
}

/** An inquiry becomes a chargeback. */
export function escalateDispute(sandbox: Sandbox, id: string): StoredDispute {
  const dispute = inState(sandbox, id, ['warning_needs_response', 'warning_under_review'])
  const charge = mustGet(sandbox, 'charge', String(dispute.charge), 'charge')
  if (charge.refunded) throw invalidRequest('The charge has been refunded in full; its inquiry cannot be escalated.')
  const previous = { status: dispute.status, is_charge_refundable: dispute.is_charge_refundable }
  dispute.status = 'needs_response'
  dispute.is_charge_refundable = false
  dispute.amount = Math.min(dispute.amount, charge.amount - charge.amount_refunded)
  dispute.evidence_details.due_by = sandbox.clock.now() + DUE_DAYS * DAY
  if (dispute.payment_method_details?.card) dispute.payment_method_details.card.case_type = 'chargeback'
  sandbox.store.put(dispute)
  emit(sandbox, 'charge.dispute.updated', dispute, previous)
  schedule(sandbox, dispute.evidence_details.due_by, 'lapse-dispute', dispute.id)
  withdrawFunds(sandbox, dispute)
  return dispute
}

/** Evidence goes to the bank, which from now on looks at it. */
export function reviewDispute(sandbox: Sandbox, dispute: StoredDispute): StoredDispute {
  const next = REVIEW_OF[dispute.status]
  if (next === undefined) throw wrongState(dispute)
  const previous = { status: dispute.status, evidence_details: { ...dispute.evidence_details } }
  const { due_by: dueBy, submission_count: count } = dispute.evidence_details
  dispute.status = next
  Object.assign(dispute.evidence_details, {
    has_evidence: true,
    past_due: dueBy !== null && sandbox.clock.now() > dueBy,
    submission_count: count + 1,
    submission_method: 'manual',
  })
  sandbox.store.put(dispute)
  emit(sandbox, 'charge.dispute.updated', dispute, previous)
  return dispute
}

/**
 * The bank finds for us: the amount comes back, or a part of it (minor units of the dispute's currency), and the fee where
 * the account's terms say so. What a decision in part left can be appealed and won later.
 */
export function winDispute(
  sandbox: Sandbox,
  id: string,
  verdict: { feeReturned?: boolean | undefined; amount?: number | undefined } = {},
): StoredDispute {
  const dispute = inState(sandbox, id, OPEN_STATES)
  const before = dispute._returned ?? 0
  const amount = verdict.amount ?? dispute.amount - before
  if (amount < 1 || amount > dispute.amount - before)
    throw invalidRequest('More would come back than was taken.', { param: 'amount' })
  closeAs(sandbox, dispute, 'won')
  const [taken, ...earlier] = dispute._transactions.map((line) =>
    mustGet(sandbox, 'balance_transaction', line, 'balance transaction'),
  )
  if (!taken) throw new Error(`${id} took nothing`)
  const backBefore = earlier.reduce((sum, line) => sum + line.amount, 0)
  // Counted from the whole, so that the parts add up to what was taken.
  const backUntilNow = Math.round((-taken.amount * (before + amount)) / dispute.amount)
  const feeKept = [taken, ...earlier].reduce((sum, line) => sum + line.fee, 0)
  const returnsFee = verdict.feeReturned ?? sandbox.settings.disputeFeeReturned
  const returned = addReturn(sandbox, taken, {
    type: 'adjustment',
    amount: backUntilNow - backBefore,
    reportingCategory: 'dispute_reversal',
    source: dispute.id,
    description: `Chargeback reversal for ${String(dispute.charge)}`,
    fees: returnsFee && feeKept > 0 ? [{ amount: -feeKept, description: 'Dispute fee refund' }] : [],
  })
  dispute._transactions.push(returned.id)
  dispute._returned = before + amount
  sandbox.store.put(dispute)
  emit(sandbox, 'charge.dispute.funds_reinstated', dispute)
  return dispute
}

/** The bank finds for the donor, or nobody answered: what was taken stays taken. */
export function loseDispute(sandbox: Sandbox, id: string): StoredDispute {
  return closeAs(sandbox, inState(sandbox, id, OPEN_STATES), 'lost')
}

/** The bank asks no further; nothing was moved and nothing is. */
export function closeInquiry(sandbox: Sandbox, id: string): StoredDispute {
  return closeAs(sandbox, inState(sandbox, id, ['warning_needs_response', 'warning_under_review']), 'warning_closed')
}

/** A second round before the card network, after a loss, or of a part, or instead of one. The money stays away until it is won. */
export function appealDispute(sandbox: Sandbox, id: string): StoredDispute {
  const dispute = inState(sandbox, id, ['lost', 'won', 'under_review'])
  if (dispute.status === 'won' && awayAmount(dispute) === 0) throw wrongState(dispute)
  const previous = { status: dispute.status, evidence_details: { ...dispute.evidence_details } }
  dispute.status = 'appeal_needs_response'
  dispute.evidence_details.due_by = sandbox.clock.now() + DUE_DAYS * DAY
  sandbox.store.put(dispute)
  emit(sandbox, 'charge.dispute.updated', dispute, previous)
  schedule(sandbox, dispute.evidence_details.due_by, 'lapse-dispute', dispute.id)
  return dispute
}

/** What time alone decides: an unanswered chargeback is lost at its day, an inquiry ends after four months. */
export function lapseDispute(sandbox: Sandbox, id: string): void {
  const dispute = sandbox.store.get('dispute', id)
  if (!dispute) return
  const now = sandbox.clock.now()
  const isOverdue = now >= (dispute.evidence_details.due_by ?? Number.POSITIVE_INFINITY)
  if (isOverdue && ['needs_response', 'appeal_needs_response'].includes(dispute.status)) loseDispute(sandbox, id)
  const isOld = now >= dispute.created + INQUIRY_DAYS * DAY
  if (isOld && dispute.status.startsWith('warning_') && dispute.status !== 'warning_closed') closeInquiry(sandbox, id)
}

function withdrawFunds(sandbox: Sandbox, dispute: StoredDispute): void {
  const charge = mustGet(sandbox, 'charge', String(dispute.charge), 'charge')
  const paid = mustGet(sandbox, 'balance_transaction', String(charge.balance_transaction), 'balance transaction')
  failPendingRefunds(sandbox, charge.id)
  const now = sandbox.clock.now()
  const settled = settleInto(sandbox, dispute.amount, dispute.currency, paid.currency)
  const taken = addTransaction(sandbox, {
    ...settled,
    amount: -settled.amount,
    type: 'adjustment',
    reportingCategory: 'dispute',
    source: dispute.id,
    description: `Chargeback withdrawal for ${charge.id}`,
    created: now,
    availableOn: now,
    fees: [{ amount: DISPUTE_FEE[settled.currency] ?? DISPUTE_FEE_DEFAULT, description: 'Dispute fee' }],
  })
  dispute._transactions.push(taken.id)
  sandbox.store.put(dispute)
  emit(sandbox, 'charge.dispute.funds_withdrawn', dispute)
}

function closeAs(sandbox: Sandbox, dispute: StoredDispute, status: 'won' | 'lost' | 'warning_closed'): StoredDispute {
  const previous = { status: dispute.status }
  dispute.status = status
  dispute.is_charge_refundable = status !== 'lost'
  sandbox.store.put(dispute)
  emit(sandbox, 'charge.dispute.closed', dispute, previous)
  return dispute
}

// Several disputes of one charge may not be for more than the charge; a refund that is still on its way does not count.
function disputableAmount(sandbox: Sandbox, charge: Stripe.Charge, wanted: number | undefined): number {
  const others = sandbox.store.list({ kind: 'dispute', equals: { '$.charge': charge.id }, limit: 100 }).data
  const disputed = others
    .filter((other) => other.status !== 'warning_closed')
    .reduce((sum, other) => sum + awayAmount(other), 0)
  const left = charge.amount - disputed
  const unrefunded = Math.max(0, left - charge.amount_refunded)
  const amount = wanted ?? (unrefunded > 0 ? unrefunded : left)
  if (amount >= 1 && amount <= left) return amount
  const message = `Disputed amount (${formatAmount(amount, charge.currency)}) must be between 1 and what is left of the charge (${formatAmount(left, charge.currency)})`
  throw invalidRequest(message, { param: 'amount' })
}

/** What is asked for or gone, and did not come back. */
function awayAmount(dispute: StoredDispute): number {
  return dispute.amount - (dispute._returned ?? 0)
}

function inState(sandbox: Sandbox, id: string, states: readonly string[]): StoredDispute {
  const dispute = mustGet(sandbox, 'dispute', id, 'dispute')
  if (!states.includes(dispute.status)) throw wrongState(dispute)
  return dispute
}

function wrongState(dispute: StoredDispute): ApiError {
  return invalidRequest(`This dispute has a status of ${dispute.status}, in which this cannot be done.`)
}
