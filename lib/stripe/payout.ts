import { findAtStripe, listAtStripe, stripe } from './client.ts'
import { readPayout, readTransaction } from './read-answer.ts'
import type { StripePayout, StripeTransaction } from './types.ts'

export async function fetchPayout(payoutId: string): Promise<StripePayout | null> {
  const found = await findAtStripe('payout', () => stripe().payouts.retrieve(payoutId))
  return found && readPayout(found)
}

/** Stripe's account lines: those one payout paid out (its own line among them), or all since a moment. */
export async function listBalanceTransactions(
  filter: { payoutId: string } | { createdFrom: Date },
): Promise<StripeTransaction[]> {
  const params =
    'payoutId' in filter
      ? { payout: filter.payoutId }
      : { created: { gte: Math.floor(filter.createdFrom.getTime() / 1_000) } }
  const found = await listAtStripe((page) => stripe().balanceTransactions.list({ ...params, limit: 100, ...page }))
  return found.map(readTransaction)
}
