import { type CallBudget, callStripe, findAtStripe, listAtStripe, listWithin, stripe } from './client.ts'
import { createdWithin, readPayout, readTransaction } from './read-answer.ts'
import type { StripePayout, StripeTransaction, TimeSpan } from './types.ts'

export async function fetchPayout(payoutId: string): Promise<StripePayout | null> {
  const found = await findAtStripe('payout', () =>
    stripe().payouts.retrieve(payoutId, { expand: ['balance_transaction', 'failure_balance_transaction'] }),
  )
  return found && readPayout(found)
}

/** One of Stripe's account lines by its id. Throws `payment_provider`. */
export async function fetchTransaction(transactionId: string): Promise<StripeTransaction> {
  return readTransaction(
    await callStripe('balance_transaction', () => stripe().balanceTransactions.retrieve(transactionId)),
  )
}

/** Stripe's account lines: those one payout paid out (its own line among them), or all since a moment. */
export async function listBalanceTransactions(
  filter: { payoutId: string } | { createdFrom: Date },
): Promise<StripeTransaction[]> {
  const which =
    'payoutId' in filter
      ? { payout: filter.payoutId }
      : { created: createdWithin({ from: filter.createdFrom, to: null }) }
  const params = { ...which, limit: 100 }
  const found = await listAtStripe((page) => stripe().balanceTransactions.list({ ...params, ...page }))
  return found.map(readTransaction)
}

/** All of a span of time, newest first; null when there are more than the pages or the budget allow. */
export async function listTransactionsWithin(
  span: TimeSpan,
  budget: CallBudget,
  pagesMax: number,
): Promise<StripeTransaction[] | null> {
  const params = { created: createdWithin(span), limit: 100 }
  const call = (page: { starting_after?: string }) => stripe().balanceTransactions.list({ ...params, ...page })
  const found = await listWithin(call, budget, pagesMax)
  return found?.map(readTransaction) ?? null
}
