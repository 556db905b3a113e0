import { splitByWeights } from '#lib/money/split.ts'

/** One fund's part of a gift: what it got before fees, and what was claimed of it before. */
type Part = { fundId: bigint; grossMinor: bigint; claimedMinor: bigint }

/**
 * Divides what goes back over the funds of a gift, so that after each refund they have given back in proportion to what
 * they got, to the cent, and after a full one everything. Parts of zero are left out. More than the whole gift (a dispute
 * after a refund) is divided in proportion, none of it above what the fund got.
 */
export function splitClaim(amountMinor: bigint, parts: readonly Part[]): { fundId: bigint; minor: bigint }[] {
  const [first, second] = parts
  if (!first) return []
  if (!second) return [{ fundId: first.fundId, minor: amountMinor }]
  const weights = [first.grossMinor, second.grossMinor]
  const [dueMinor = 0n] = splitByWeights(first.claimedMinor + second.claimedMinor + amountMinor, weights)
  const [shareMinor = 0n] = splitByWeights(amountMinor, weights)
  const leftOf = (part: Part) => (part.grossMinor > part.claimedMinor ? part.grossMinor - part.claimedMinor : 0n)
  const isBeyond = amountMinor > leftOf(first) + leftOf(second)
  const wanted = isBeyond ? shareMinor : dueMinor - first.claimedMinor
  const least = isBeyond ? amountMinor - second.grossMinor : amountMinor - leftOf(second)
  const most = isBeyond ? first.grossMinor : leftOf(first)
  const firstMinor = clamp(wanted, clamp(least, 0n, amountMinor), clamp(most, 0n, amountMinor))
  return [
    { fundId: first.fundId, minor: firstMinor },
    { fundId: second.fundId, minor: amountMinor - firstMinor },
  ].filter((part) => part.minor > 0n)
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  if (value < least) return least
  return value > most ? most : value
}
