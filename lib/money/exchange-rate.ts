import type { Money } from './arithmetic.ts'
import { minorPerMajor } from './currencies.ts'

const DECIMALS = 12

/**
 * How much of the second amount's currency one of the first's came to, as a decimal text with twelve decimals, rounded
 * down: 1000 JPY for 6.70 USD is "0.006700000000". Evidence beside two amounts, never what an amount is computed from.
 */
export function rateBetween(paid: Money, settled: Money): string {
  const scaled =
    (settled.amountMinor * minorPerMajor(paid.currency) * 10n ** BigInt(DECIMALS)) /
    (paid.amountMinor * minorPerMajor(settled.currency))
  const digits = scaled.toString().padStart(DECIMALS + 1, '0')
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`
}
