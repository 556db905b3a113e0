import { assertInvariant } from '#lib/errors.ts'

/**
 * Splits an amount by weights so that the parts sum to it exactly: everyone gets the floor of their share, and the
 * cents left over go to the largest remainders, earlier positions first. The same input always gives the same parts,
 * and a weight of zero never gets a cent.
 *
 * `amountMinor` >= 0; weights >= 0 with a sum above zero; anything else stops the program.
 */
export function splitByWeights(amountMinor: bigint, weights: readonly bigint[]): bigint[] {
  const weightTotal = weights.reduce((total, weight) => total + weight, 0n)
  assertInvariant(amountMinor >= 0n, 'an amount to split is not negative')
  assertInvariant(weightTotal > 0n && weights.every((weight) => weight >= 0n), 'weights are not negative nor all zero')

  const shares = weights.map((weight, position) => ({
    position,
    partMinor: (amountMinor * weight) / weightTotal,
    remainder: (amountMinor * weight) % weightTotal,
  }))
  let leftMinor = amountMinor - shares.reduce((total, share) => total + share.partMinor, 0n)
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.position - b.position : a.remainder > b.remainder ? -1 : 1,
  )
  for (const share of byRemainder) {
    if (leftMinor === 0n) break
    share.partMinor += 1n
    leftMinor -= 1n
  }
  return shares.map((share) => share.partMinor)
}
