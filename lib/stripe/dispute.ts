import type Stripe from 'stripe'
import { fromStripeAmount } from '#lib/money/stripe-amount.ts'
import { findAtStripe, listAtStripe, stripe } from './client.ts'
import { idOf, readTransaction, timeOf } from './read-answer.ts'
import type { StripeDispute } from './types.ts'

/** A dispute with its account lines, or null when Stripe does not know it. */
export async function fetchDispute(disputeId: string): Promise<StripeDispute | null> {
  const found = await findAtStripe('dispute', () => stripe().disputes.retrieve(disputeId))
  return found && readDispute(found)
}

/** Every dispute of a charge: a bank may ask twice, and an inquiry may come before. */
export async function listDisputes(chargeId: string): Promise<StripeDispute[]> {
  const found = await listAtStripe((page) => stripe().disputes.list({ charge: chargeId, limit: 100, ...page }))
  return found.map(readDispute)
}

function readDispute(answer: Stripe.Dispute): StripeDispute {
  const currency = answer.currency.toUpperCase()
  const { due_by: dueBy, past_due: pastDue, submission_count: submissions } = answer.evidence_details
  return {
    id: answer.id,
    chargeId: idOf(answer.charge),
    status: answer.status,
    currency,
    amountMinor: fromStripeAmount(answer.amount, currency),
    reason: answer.reason,
    createdAt: timeOf(answer.created),
    dueBy: dueBy ? timeOf(dueBy) : null,
    pastDue,
    evidenceSent: submissions > 0,
    transactions: answer.balance_transactions.map(readTransaction),
  }
}
