import { assertInvariant } from '#lib/errors.ts'

const PPM = 1_000_000n

/** What a card payment costs: a share in parts per million (2.9 % is 29_000n) and a fixed amount in minor units. */
export type FeeRate = { ratePpm: bigint; fixedMinor: bigint }

/**
 * What a donor adds so that the whole gift arrives: ceil((gift + fixed) / (1 - rate)) - gift, in integers only.
 * The total is rounded up to `stepMinor`, the smallest step that can be charged (1n unless the currency says otherwise).
 * Because the fee is also taken from the added amount, the net after Stripe's own rounding is never below the gift.
 */
export function coverFee(giftMinor: bigint, fee: FeeRate, stepMinor = 1n): bigint {
  assertInvariant(giftMinor > 0n && stepMinor > 0n, 'a gift is above zero')
  assertInvariant(fee.ratePpm >= 0n && fee.ratePpm < PPM && fee.fixedMinor >= 0n, 'a fee is between 0 and 100 %')
  const totalMinor = divideUp((giftMinor + fee.fixedMinor) * PPM, PPM - fee.ratePpm)
  return divideUp(totalMinor, stepMinor) * stepMinor - giftMinor
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}
