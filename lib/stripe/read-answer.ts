import type Stripe from 'stripe'
import { fromStripeAmount } from '#lib/money/stripe-amount.ts'
import { providerError } from './client.ts'
import type { PledgePart, StripeCharge, StripePayout, StripeTransaction, TimeSpan } from './types.ts'

/** The key under which every object we make at Stripe carries the donation it belongs to. */
export const DONATION_KEY = 'donation_id'
/** The same for a monthly pledge, for a donor's customer, and for the part of a gift that a product stands for. */
export const PLEDGE_KEY = 'pledge_id'
export const DONOR_KEY = 'donor_id'
/** Marks an object with the call that made it, so that it can be found once Stripe has forgotten the key. */
export const CALL_KEY = 'call'
export const PART_KEY = 'part'
/** The same for a refund that our desk asked for. */
export const REFUND_KEY = 'refund_id'

const RATE_DECIMALS = 12

/** Seconds since 1970, as Stripe writes times. */
export function timeOf(seconds: number): Date {
  return new Date(seconds * 1_000)
}

/** Stripe's filter for a span of time; it counts in whole seconds. */
export function createdWithin({ from, to }: TimeSpan): { gte: number; lte?: number } {
  const gte = Math.floor(from.getTime() / 1_000)
  return to === null ? { gte } : { gte, lte: Math.ceil(to.getTime() / 1_000) }
}

/** The id of something that Stripe gives either as an id or, expanded, as the object. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null
  return typeof reference === 'string' ? reference : reference.id
}

/** Stripe's account line in our own shape. */
export function readTransaction(answer: Stripe.BalanceTransaction): StripeTransaction {
  const currency = answer.currency.toUpperCase()
  const transaction = {
    id: answer.id,
    reportingCategory: answer.reporting_category,
    sourceId: idOf(answer.source),
    currency,
    amountMinor: fromStripeAmount(answer.amount, currency),
    feeMinor: fromStripeAmount(answer.fee, currency),
    netMinor: fromStripeAmount(answer.net, currency),
    createdAt: timeOf(answer.created),
    availableAt: timeOf(answer.available_on),
    exchangeRate: answer.exchange_rate?.toFixed(RATE_DECIMALS) ?? null,
  }
  if (transaction.amountMinor - transaction.feeMinor !== transaction.netMinor) {
    throw providerError(new Error(`${answer.id} does not add up`))
  }
  return transaction
}

/** An account line that was asked for together with its object; null where it was not, or does not exist yet. */
export function expandedLine(line: string | Stripe.BalanceTransaction | null | undefined): StripeTransaction | null {
  return line !== null && typeof line === 'object' ? readTransaction(line) : null
}

/** A charge with its account line, if that was expanded and exists. */
export function readCharge(answer: Stripe.Charge): StripeCharge {
  const currency = answer.currency.toUpperCase()
  const line = answer.balance_transaction
  return {
    id: answer.id,
    currency,
    amountMinor: fromStripeAmount(answer.amount, currency),
    paid: answer.paid && answer.status === 'succeeded',
    paymentIntentId: idOf(answer.payment_intent),
    donationId: answer.metadata[DONATION_KEY] ?? null,
    failureCode: answer.failure_code,
    createdAt: timeOf(answer.created),
    transaction: expandedLine(line),
    hasAftermath: answer.amount_refunded > 0 || answer.disputed,
  }
}

export function readPayout(answer: Stripe.Payout): StripePayout {
  const currency = answer.currency.toUpperCase()
  return {
    id: answer.id,
    status: answer.status,
    currency,
    amountMinor: fromStripeAmount(answer.amount, currency),
    automatic: answer.automatic,
    reconciliationStatus: answer.reconciliation_status,
    destinationId: idOf(answer.destination),
    createdAt: timeOf(answer.created),
    arrivalAt: timeOf(answer.arrival_date),
    failureCode: answer.failure_code,
    originalPayoutId: idOf(answer.original_payout),
    transaction: expandedLine(answer.balance_transaction),
    failureTransaction: expandedLine(answer.failure_balance_transaction),
  }
}

/** Which part of a gift a product stands for; the gift itself where it does not say. */
export function readPart(product: string | Stripe.Product | Stripe.DeletedProduct | null): PledgePart {
  const isKnown = product !== null && typeof product === 'object' && !product.deleted
  const part = isKnown ? product.metadata[PART_KEY] : 'gift'
  return part === 'cover' || part === 'tip' ? part : 'gift'
}
