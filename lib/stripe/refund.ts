import type Stripe from 'stripe'
import { AppError } from '#lib/errors.ts'
import { fromStripeAmount, toStripeAmount } from '#lib/money/stripe-amount.ts'
import { callStripe, findAtStripe, listAtStripe, refusalOf, stripe } from './client.ts'
import { fetchTransaction } from './payout.ts'
import { DONATION_KEY, expandedLine, idOf, REFUND_KEY, timeOf } from './read-answer.ts'
import type { StripeRefund } from './types.ts'

const EXPAND = ['balance_transaction']

export type RefundRequest = {
  refundId: string
  donationId: string
  chargeId: string
  currency: string
  amountMinor: bigint
}

/**
 * Asks Stripe to give money back. The same key with the same request answers with the same refund. Throws `wrong_state`
 * with Stripe's sentence where it says no, `payment_provider` where it does not answer as it should.
 */
export async function createRefund(request: RefundRequest, idempotencyKey: string): Promise<StripeRefund> {
  const params: Stripe.RefundCreateParams = {
    charge: request.chargeId,
    amount: toStripeAmount(request.amountMinor, request.currency),
    metadata: { [DONATION_KEY]: request.donationId, [REFUND_KEY]: request.refundId },
    expand: EXPAND,
  }
  try {
    return await readRefund(await callStripe('refund', () => stripe().refunds.create(params, { idempotencyKey })))
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal !== null) throw new AppError('wrong_state', `Stripe does not refund this: ${refusal}`, { cause: error })
    throw error
  }
}

/** A refund with its account lines, or null when Stripe does not know it. */
export async function fetchRefund(refundId: string): Promise<StripeRefund | null> {
  const found = await findAtStripe('refund', () => stripe().refunds.retrieve(refundId, { expand: EXPAND }))
  return found && readRefund(found)
}

/** Every refund of a charge, with account lines. */
export async function listRefunds(chargeId: string): Promise<StripeRefund[]> {
  const params = { charge: chargeId, limit: 100, expand: EXPAND.map((field) => `data.${field}`) }
  const found = await listAtStripe((page) => stripe().refunds.list({ ...params, ...page }))
  return Promise.all(found.map(readRefund))
}

/** The line of a failure is there only where one happened, so it is asked for by itself. */
async function readRefund(answer: Stripe.Refund): Promise<StripeRefund> {
  const currency = answer.currency.toUpperCase()
  const back = idOf(answer.failure_balance_transaction)
  return {
    id: answer.id,
    chargeId: idOf(answer.charge),
    status: answer.status ?? 'pending',
    currency,
    amountMinor: fromStripeAmount(answer.amount, currency),
    reason: answer.reason,
    failureReason: answer.failure_reason ?? null,
    refundId: answer.metadata?.[REFUND_KEY] ?? null,
    createdAt: timeOf(answer.created),
    transaction: expandedLine(answer.balance_transaction),
    failureTransaction: back === null ? null : await fetchTransaction(back),
  }
}
