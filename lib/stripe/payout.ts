import { type CallBudget, callStripe, findAtStripe, listAtStripe, listWithin, stripe } from './client.ts'
import { createdWithin, readPayout, readTransaction } from './read-answer.ts'
import type { StripePayout, StripeTransaction, TimeSpan } from './types.ts'

export async function fetchPayout(payoutId: string): Promise<StripePayout | null> {
  const found = await findAtStripe('payout', () =>
    stripe().payouts.retrieve(payoutId, { expand: ['balance_transaction', 'failure_balance_transaction'] }),
  )
  return found && readPayout(found)
}

const ENDED = new Set(['failed', 'canceled'])

/** Whether the lines that a payout takes are known: an automatic one's when Stripe has finished writing them down. */
export function isListed(payout: StripePayout): boolean {
  return !payout.automatic || payout.reconciliationStatus === 'completed' || hasComeBack(payout)
}

/** Whether its money is back in the balance at Stripe. */
export function hasComeBack({ status }: { status: string }): boolean {
  return ENDED.has(status)
}

/** The payouts that were made since a moment, newest first, with their own account lines. Throws `payment_provider`. */
export async function listPayouts(createdFrom: Date): Promise<StripePayout[]> {
  const created = createdWithin({ from: createdFrom, to: null })
  const expand = ['data.balance_transaction', 'data.failure_balance_transaction']
  const found = await listAtStripe((page) => stripe().payouts.list({ created, expand, limit: 100, ...page }))
  return found.map(readPayout)
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
