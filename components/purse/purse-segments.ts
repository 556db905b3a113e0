import { AID_CATEGORIES, type AidCategory } from './aid-category.ts'

/** A range of numbered cents, from the first to before the last: [fromCent, toCent). */
export type CentRange = { fromCent: bigint; toCent: bigint }

export type PurseState = 'spent' | 'promised' | 'left'

/** What one range of a fund's cents is used for. */
export type PurseSegment = CentRange & {
  state: PurseState
  category?: AidCategory
  /** What it paid or will pay for: "Flour and oil, Kitchen 4". */
  label?: string
  /** The disbursement and its evidence. */
  href?: string
}

/** A segment with its place on the line, in percent of its length. */
export type PlacedSegment = PurseSegment & { amountMinor: bigint; startPercent: number; widthPercent: number }

export type PurseScale = { fromCent: bigint; toCent: bigint; totalMinor: bigint }

export type PlacedPurse = {
  scale: PurseScale
  segments: PlacedSegment[]
  totals: Record<PurseState, bigint>
}

/** The donors' words for the states. */
export const STATE_WORD: Record<PurseState, string> = { spent: 'Sent', promised: 'Promised', left: 'Left' }

/** Puts segments in the order of their numbers and shows what none of them covers as left. */
export function placeSegments(segments: readonly PurseSegment[]): PlacedPurse {
  const given = segments.filter(({ fromCent, toCent }) => toCent > fromCent)
  const ordered = given.toSorted((one, other) => (one.fromCent < other.fromCent ? -1 : 1))
  const fromCent = ordered[0]?.fromCent ?? 0n
  const whole: PurseSegment[] = []
  let reached = fromCent
  for (const segment of ordered) {
    if (segment.fromCent > reached) whole.push({ fromCent: reached, toCent: segment.fromCent, state: 'left' })
    whole.push(segment)
    if (segment.toCent > reached) reached = segment.toCent
  }
  const scale = { fromCent, toCent: reached, totalMinor: reached - fromCent }
  const totals: PlacedPurse['totals'] = { spent: 0n, promised: 0n, left: 0n }
  const placed = whole.map((segment) => {
    const amountMinor = segment.toCent - segment.fromCent
    totals[segment.state] += amountMinor
    return { ...segment, amountMinor, ...placeRange(segment, scale) }
  })
  return { scale, segments: placed, totals }
}

/** Where a range is on the line, in percent with four decimals. */
export function placeRange(range: CentRange, scale: PurseScale): { startPercent: number; widthPercent: number } {
  return {
    startPercent: percentOf(range.fromCent - scale.fromCent, scale.totalMinor),
    widthPercent: percentOf(range.toCent - range.fromCent, scale.totalMinor),
  }
}

export function percentOf(partMinor: bigint, totalMinor: bigint): number {
  return totalMinor === 0n ? 0 : Number((partMinor * 1_000_000n) / totalMinor) / 10_000
}

/** One entry of the legend: a look of the line and how much of the money has it. */
export type LegendEntry = { state: PurseState; category: AidCategory | undefined; amountMinor: bigint }

/** Sums by look: each category sent, then each promised, then what is left. */
export function legendOf(segments: readonly PlacedSegment[]): LegendEntry[] {
  const states: PurseState[] = ['spent', 'promised', 'left']
  const categories = [...AID_CATEGORIES, undefined]
  return states
    .flatMap((state) => categories.map((category) => ({ state, category })))
    .map((look) => ({
      ...look,
      amountMinor: segments
        .filter(({ state, category }) => state === look.state && category === look.category)
        .reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    }))
    .filter(({ amountMinor }) => amountMinor > 0n)
}
