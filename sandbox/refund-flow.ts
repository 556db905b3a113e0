import type Stripe from 'stripe'
import { cardByFingerprint } from './cards.ts'
import type { Sandbox } from './context.ts'
import { formatAmount } from './currency.ts'
import { type ApiError, invalidRequest } from './errors.ts'
import { emit } from './events.ts'
import { settleInto } from './exchange.ts'
import { mustGet } from './lists.ts'
import { settleCharge } from './payments.ts'
import { buildRefund } from './resources/refund-shape.ts'
import { schedule } from './schedule.ts'
import { addReturn, addTransaction } from './transactions.ts'

/** What becomes of a refund: at once, after the delay, or when told. */
export const REFUND_OUTCOMES = ['succeeds', 'pending', 'fails', 'requires_action', 'insufficient_funds'] as const
export type RefundOutcome = (typeof REFUND_OUTCOMES)[number]

export const REFUND_FAILURES = [
  'lost_or_stolen_card',
  'expired_or_canceled_card',
  'charge_for_pending_refund_disputed',
  'insufficient_funds',
  'declined',
  'merchant_request',
  'unknown',
] as const
export type RefundFailure = (typeof REFUND_FAILURES)[number]

export interface NewRefund {
  charge: Stripe.Charge
  /** Minor units of the charge's currency; all that is left when absent. */
  amount?: number | undefined
  reason: Stripe.Refund.Reason | null
  metadata: Record<string, string>
  /** Absent: what the test card says. */
  outcome?: RefundOutcome | undefined
  instructionsEmail?: string | undefined
}

/**
 * Refunds a succeeded charge. Stripe keeps its fee, so the balance loses the whole amount, and at once, whether or not
 * the refund is pending; only one that waits for the donor or for money takes nothing yet.
 */
export function addRefund(sandbox: Sandbox, input: NewRefund): Stripe.Refund {
  const outcome = input.outcome ?? outcomeOf(input.charge)
  const amount = refundableAmount(sandbox, input.charge, input.amount)
  settleCharge(sandbox, input.charge.id)
  const refund = buildRefund(sandbox, { ...input, amount, outcome })
  const waits = outcome === 'requires_action' || outcome === 'insufficient_funds'
  if (!waits) refund.balance_transaction = takeMoney(sandbox, refund)
  sandbox.store.put(refund)
  emit(sandbox, 'refund.created', refund)
  if (!waits) recordOnCharge(sandbox, input.charge.id)
  const at = sandbox.clock.now() + sandbox.settings.refundDelaySeconds
  if (outcome === 'pending' || outcome === 'insufficient_funds') schedule(sandbox, at, 'succeed-refund', refund.id)
  if (outcome === 'fails') schedule(sandbox, at, 'fail-refund', refund.id)
  const expiresAt = refund.next_action?.display_details?.expires_at
  if (expiresAt !== undefined) schedule(sandbox, expiresAt, 'expire-refund', refund.id)
  return refund
}

/** The donor never said where the money shall go. */
export function expireRefund(sandbox: Sandbox, id: string): void {
  if (sandbox.store.get('refund', id)?.status === 'requires_action') failRefund(sandbox, id, 'unknown')
}

/** The money reached the donor. Does nothing to a refund that has ended. */
export function succeedRefund(sandbox: Sandbox, id: string): Stripe.Refund {
  const refund = mustGet(sandbox, 'refund', id, 'refund')
  if (refund.status !== 'pending' && refund.status !== 'requires_action') return refund
  const previous = { status: refund.status, ...(refund.pending_reason && { pending_reason: refund.pending_reason }) }
  const isNew = refund.balance_transaction === null
  if (isNew) refund.balance_transaction = takeMoney(sandbox, refund)
  refund.status = 'succeeded'
  delete refund.pending_reason
  delete refund.next_action
  refund.destination_details = { card: { type: 'refund' }, type: 'card' }
  sandbox.store.put(refund)
  announceChange(sandbox, refund, previous)
  if (isNew) recordOnCharge(sandbox, String(refund.charge))
  return refund
}

/** The donor's bank sent the money back, also weeks after it succeeded; a `refund_failure` returns it to the balance. */
export function failRefund(sandbox: Sandbox, id: string, reason: RefundFailure): Stripe.Refund {
  const refund = mustGet(sandbox, 'refund', id, 'refund')
  if (refund.status === 'failed' || refund.status === 'canceled') return refund
  endWithoutMoney(sandbox, refund, 'failed', reason)
  emit(sandbox, 'refund.failed', refund)
  return refund
}

/** Ends a refund before its money has left. */
export function cancelRefund(sandbox: Sandbox, refund: Stripe.Refund): Stripe.Refund {
  endWithoutMoney(sandbox, refund, 'canceled', 'merchant_request')
  return refund
}

/** A chargeback overtakes what is still pending, since the bank would pay the donor twice. */
export function failPendingRefunds(sandbox: Sandbox, chargeId: string): void {
  const open = sandbox.store.list({ kind: 'refund', equals: { '$.charge': chargeId }, limit: 100 }).data
  for (const refund of open) {
    if (refund.status !== 'pending' && refund.status !== 'requires_action') continue
    failRefund(sandbox, refund.id, 'charge_for_pending_refund_disputed')
  }
}

// Minor units, without refunds that failed or were canceled: `taken` has left the balance, `promised` will as well.
function refundedAmount(sandbox: Sandbox, chargeId: string, which: 'taken' | 'promised'): number {
  const sql = `SELECT coalesce(sum(json_extract(json, '$.amount')), 0) AS sum FROM object WHERE kind = 'refund'
    AND json_extract(json, '$.charge') = ? AND json_extract(json, '$.status') NOT IN ('failed', 'canceled')
    AND (? = 'promised' OR json_extract(json, '$.balance_transaction') IS NOT NULL)`
  return sandbox.store.row<{ sum: number }>(sql, chargeId, which)?.sum ?? 0
}

function outcomeOf(charge: Stripe.Charge): RefundOutcome {
  return cardByFingerprint(charge.payment_method_details?.card?.fingerprint)?.refund ?? 'succeeds'
}

function refundableAmount(sandbox: Sandbox, charge: Stripe.Charge, wanted: number | undefined): number {
  if (wanted !== undefined && wanted < 1) {
    throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
  }
  const unrefunded = charge.amount - refundedAmount(sandbox, charge.id, 'promised')
  if (unrefunded <= 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  }
  const left = unrefunded - withdrawnAmount(sandbox, charge.id)
  if (left <= 0 || (wanted !== undefined && wanted > left && left < unrefunded)) throw chargeDisputed(charge)
  const amount = wanted ?? left
  if (amount > left) {
    const message = `Refund amount (${formatAmount(amount, charge.currency)}) is greater than unrefunded amount on charge (${formatAmount(left, charge.currency)})`
    throw invalidRequest(message, { param: 'amount' })
  }
  return amount
}

// What a bank has taken back already cannot be refunded; an inquiry takes nothing.
function withdrawnAmount(sandbox: Sandbox, chargeId: string): number {
  const away = `json_extract(json, '$.amount') - coalesce(json_extract(json, '$._returned'), 0)`
  const sql = `SELECT coalesce(sum(${away}), 0) AS sum FROM object WHERE kind = 'dispute'
    AND json_extract(json, '$.charge') = ? AND json_extract(json, '$.status') NOT GLOB 'warning_*'`
  return sandbox.store.row<{ sum: number }>(sql, chargeId)?.sum ?? 0
}

function chargeDisputed(charge: Stripe.Charge): ApiError {
  const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`
  return invalidRequest(message, { code: 'charge_disputed' })
}

function takeMoney(sandbox: Sandbox, refund: Stripe.Refund): string {
  const charge = mustGet(sandbox, 'charge', String(refund.charge), 'charge')
  const paid = mustGet(sandbox, 'balance_transaction', String(charge.balance_transaction), 'balance transaction')
  const now = sandbox.clock.now()
  const settled = settleInto(sandbox, refund.amount, refund.currency, paid.currency)
  const transaction = addTransaction(sandbox, {
    ...settled,
    amount: -settled.amount,
    type: 'refund',
    reportingCategory: 'refund',
    source: refund.id,
    description: charge.description === null ? null : `REFUND FOR CHARGE (${charge.description})`,
    created: now,
    availableOn: now,
  })
  return transaction.id
}

function endWithoutMoney(
  sandbox: Sandbox,
  refund: Stripe.Refund,
  status: 'failed' | 'canceled',
  reason: RefundFailure,
): void {
  const previous = { failure_reason: null, status: refund.status }
  refund.status = status
  refund.failure_reason = reason
  delete refund.pending_reason
  delete refund.next_action
  const taken = sandbox.store.get('balance_transaction', String(refund.balance_transaction))
  if (taken) {
    refund.failure_balance_transaction = addReturn(sandbox, taken, {
      type: 'refund_failure',
      reportingCategory: 'refund_failure',
      source: refund.id,
      description: taken.description?.replace(/^REFUND FOR/, 'REFUND FAILURE FOR') ?? 'REFUND FAILURE',
    }).id
  }
  sandbox.store.put(refund)
  announceChange(sandbox, refund, { ...previous, ...(taken && { failure_balance_transaction: null }) })
  recordOnCharge(sandbox, String(refund.charge))
}

function announceChange(sandbox: Sandbox, refund: Stripe.Refund, previous: object): void {
  emit(sandbox, 'refund.updated', refund, previous)
  emit(sandbox, 'charge.refund.updated', refund, previous)
}

// Stripe says `charge.refunded` when the sum grows; that it shrinks is told by the refund's own events.
function recordOnCharge(sandbox: Sandbox, id: string): void {
  const charge = mustGet(sandbox, 'charge', id, 'charge')
  const previous = { amount_refunded: charge.amount_refunded, refunded: charge.refunded }
  charge.amount_refunded = refundedAmount(sandbox, id, 'taken')
  charge.refunded = charge.amount_refunded === charge.amount
  sandbox.store.put(charge)
  if (charge.amount_refunded > previous.amount_refunded) emit(sandbox, 'charge.refunded', charge, previous)
}
