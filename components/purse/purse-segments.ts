import type { AidCategory } from '#lib/campaigns/types.ts'
import { AID_CATEGORIES } from './aid-category.ts'

/** A range of numbered cents, from the first to before the last: [fromCent, toCent). */
export type CentRange = { fromCent: bigint; toCent: bigint }

export type PurseState = 'spent' | 'promised' | 'left'

/** What one range of a fund's cents is used for. */
export type PurseSegment = CentRange & {
  state: PurseState
  /** Where it is less than the range: numbers whose cents came back under new ones do not count. */
  amountMinor?: bigint
  category?: AidCategory | undefined
  /** What it paid or will pay for: "Flour and oil, Kitchen 4". */
  label?: string | undefined
  /** The disbursement and its evidence. */
  href?: string | undefined
  /** What took these cents was no payment: a fee, a refund, an exchange. */
  isOther?: boolean | undefined
}

/** Where something is on the line, in percent of its length with four decimals. */
export type Place = { startPercent: number; widthPercent: number }

export type PlacedSegment = PurseSegment & Place & { amountMinor: bigint }

export type PlacedPurse = {
  segments: PlacedSegment[]
  totalMinor: bigint
  totals: Record<PurseState, bigint>
}

/** The donors' words for the states. */
export const STATE_WORD: Record<PurseState, string> = { spent: 'Sent', promised: 'Promised', left: 'Left' }

/** Puts segments in the order of their numbers, each as long as its amount; numbers in no segment take no room. */
export function placeSegments(segments: readonly PurseSegment[]): PlacedPurse {
  const sized = segments
    .map((segment) => ({ ...segment, amountMinor: segment.amountMinor ?? segment.toCent - segment.fromCent }))
    .filter(({ amountMinor }) => amountMinor > 0n)
    .toSorted((one, other) => (one.fromCent < other.fromCent ? -1 : 1))
  const totalMinor = sumMinor(sized)
  const totals: PlacedPurse['totals'] = { spent: 0n, promised: 0n, left: 0n }
  let beforeMinor = 0n
  const placed = sized.map((segment) => {
    const place = {
      startPercent: percentOf(beforeMinor, totalMinor),
      widthPercent: percentOf(segment.amountMinor, totalMinor),
    }
    totals[segment.state] += segment.amountMinor
    beforeMinor += segment.amountMinor
    return { ...segment, ...place }
  })
  return { segments: placed, totalMinor, totals }
}

/** Where ranges of cents are on the line: one place for each stretch without a break. */
export function placeRanges(ranges: readonly CentRange[], { segments }: PlacedPurse): Place[] {
  const pieces = ranges.flatMap((range) =>
    segments.flatMap((segment) => {
      const common = commonRange(range, segment)
      if (!common) return []
      const length = segment.toCent - segment.fromCent
      const scale = segment.widthPercent / 100
      const startPercent = segment.startPercent + percentOf(common.fromCent - segment.fromCent, length) * scale
      return [{ startPercent, widthPercent: percentOf(common.toCent - common.fromCent, length) * scale }]
    }),
  )
  const places: Place[] = []
  for (const piece of pieces.toSorted((one, other) => one.startPercent - other.startPercent)) {
    const last = places.at(-1)
    const touches = last && piece.startPercent - (last.startPercent + last.widthPercent) < 0.001
    if (touches) last.widthPercent = piece.startPercent + piece.widthPercent - last.startPercent
    else places.push({ ...piece })
  }
  return places
}

/** How many cents of the ranges are in this one. */
export function overlapMinor(range: CentRange, others: readonly CentRange[]): bigint {
  const common = others.map((other) => commonRange(range, other)).filter((piece) => piece !== undefined)
  return common.reduce((sum, { fromCent, toCent }) => sum + toCent - fromCent, 0n)
}

function commonRange(one: CentRange, other: CentRange): CentRange | undefined {
  let { fromCent, toCent } = one
  if (other.fromCent > fromCent) fromCent = other.fromCent
  if (other.toCent < toCent) toCent = other.toCent
  return toCent > fromCent ? { fromCent, toCent } : undefined
}

/** A part of a whole in percent, with four decimals; 0 of nothing. */
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
      amountMinor: sumMinor(
        segments.filter(({ state, category }) => state === look.state && category === look.category),
      ),
    }))
    .filter(({ amountMinor }) => amountMinor > 0n)
}

function sumMinor(segments: readonly { amountMinor: bigint }[]): bigint {
  return segments.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
}
