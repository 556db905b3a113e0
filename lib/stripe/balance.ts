import type Stripe from 'stripe'
import { fromStripeAmount } from '#lib/money/stripe-amount.ts'
import { providerError, stripe } from './client.ts'

/** What Stripe holds for us in one currency, in our minor units; either may be below zero. */
export type StripeBalance = { currency: string; pendingMinor: bigint; availableMinor: bigint }

/** Our balance at Stripe now, by currency. Throws `payment_provider`. */
export async function fetchBalance(): Promise<StripeBalance[]> {
  const answer = await stripe()
    .balance.retrieve({}, { timeout: 5_000, maxNetworkRetries: 1 })
    .catch((error: unknown) => {
      throw providerError(error)
    })
  // The SDK resolves some failures as answers; a balance is the one object of Stripe's without an id.
  if (answer.object !== 'balance' || !Array.isArray(answer.available) || !Array.isArray(answer.pending)) {
    throw providerError(new Error('Expected a balance'))
  }
  const balances = new Map<string, StripeBalance>()
  const of = ({ currency: code }: { currency: string }): StripeBalance => {
    const currency = code.toUpperCase()
    const known = balances.get(currency) ?? { currency, pendingMinor: 0n, availableMinor: 0n }
    balances.set(currency, known)
    return known
  }
  for (const part of answer.available as Stripe.Balance.Available[]) {
    const balance = of(part)
    balance.availableMinor += fromStripeAmount(part.amount, balance.currency)
  }
  for (const part of answer.pending as Stripe.Balance.Pending[]) {
    const balance = of(part)
    balance.pendingMinor += fromStripeAmount(part.amount, balance.currency)
  }
  return [...balances.values()].sort((one, other) => (one.currency < other.currency ? -1 : 1))
}
