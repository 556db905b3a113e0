import { type Money, money } from '#lib/money/arithmetic.ts'
import { rateBetween } from '#lib/money/exchange-rate.ts'
import { splitByWeights } from '#lib/money/split.ts'
import type { StripeTransaction } from '#lib/stripe/types.ts'

/** The columns of balance_transaction that say what was exchanged, all null where nothing was. */
export type KeptRate = {
  presentmentCurrency: string | null
  presentmentMinor: bigint | null
  exchangeRate: string | null
  rateSource: 'stripe' | null
  rateAt: Date | null
}

/** Stripe's rate of the moment in which it settled an amount (as the donor saw it, without sign) by this account line. */
export function readRate(presented: Money, line: StripeTransaction): KeptRate {
  if (presented.currency === line.currency)
    return { presentmentCurrency: null, presentmentMinor: null, exchangeRate: null, rateSource: null, rateAt: null }
  const sizeMinor = line.amountMinor < 0n ? -line.amountMinor : line.amountMinor
  return {
    presentmentCurrency: presented.currency,
    presentmentMinor: presented.amountMinor,
    // Where Stripe does not say its rate, the two amounts are the rate.
    exchangeRate: line.exchangeRate ?? rateBetween(presented, money(sizeMinor, line.currency)),
    rateSource: 'stripe',
    rateAt: line.createdAt,
  }
}

/**
 * What a part of a gift was worth in the fund's currency when it came: the part of the settled sum that the returned
 * amounts make up, so that parts returned one after another add up to the whole exactly. `returnedMinor` counts what was
 * returned before and what is returned now, in the donor's currency; likewise `beforeMinor` without now.
 */
export function worthWhenGiven(
  gift: { askedMinor: bigint; settledMinor: bigint },
  returned: { beforeMinor: bigint; returnedMinor: bigint },
): bigint {
  const share = (minor: bigint) => splitByWeights(gift.settledMinor, [minor, gift.askedMinor - minor])[0] ?? 0n
  return share(returned.returnedMinor) - share(returned.beforeMinor)
}
