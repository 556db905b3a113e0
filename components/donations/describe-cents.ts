import type { PurseState } from '#components/purse/purse-segments.ts'

/** A stretch of a fund's numbered cents, with what became of it. */
export type Stretch = {
  fromCent: bigint
  toCent: bigint
  amountMinor: bigint
  state: PurseState
  label?: string | undefined
  href?: string | undefined
  /** What took them was no payment: a fee, a refund, an exchange. */
  isOther?: boolean | undefined
}

/** Cents of one gift that share one fate, or none yet. */
export type Part = { fromCent: bigint; toCent: bigint; state: 'spent' | 'left' }

export type CentsRow = {
  key: string
  amountMinor: bigint
  state: PurseState
  label: string | undefined
  href: string | undefined
  isOther: boolean
  /** For cents that are left: how much of the same purse is sent before them. */
  aheadMinor: bigint
}

/** Where the cents of a gift are, as rows: each part laid beside the stretches of its purse. */
export function describeCents(parts: readonly Part[], stretches: readonly Stretch[]): CentsRow[] {
  const rows = parts.flatMap((part) =>
    stretches.flatMap((stretch) => {
      const fromCent = larger(part.fromCent, stretch.fromCent)
      const toCent = smaller(part.toCent, stretch.toCent)
      const fits = (part.state === 'spent') === (stretch.state === 'spent')
      if (fromCent >= toCent || !fits) return []
      const { state, label, href, isOther = false } = stretch
      const aheadMinor = state === 'left' ? unsentBefore(fromCent, stretches) : 0n
      const row = { key: String(fromCent), amountMinor: toCent - fromCent, state, label, href, isOther, aheadMinor }
      return [{ row, fromCent, toCent }]
    }),
  )
  return joinSame(rows)
}

type Placed = { row: CentsRow; fromCent: bigint; toCent: bigint }

/** Neighbours of one fate are one row: the lines of a payment that is not public yet are not told apart by their amounts. */
function joinSame(placed: readonly Placed[]): CentsRow[] {
  const joined: Placed[] = []
  for (const { row, ...range } of placed) {
    const last = joined.at(-1)
    const isSame = last?.row.label === row.label && last?.row.href === row.href && last?.row.state === row.state
    if (last && isSame && row.state === 'spent' && row.href !== undefined && last.toCent === range.fromCent) {
      last.row.amountMinor += row.amountMinor
      last.toCent = range.toCent
    } else joined.push({ row: { ...row }, ...range })
  }
  return joined.map(({ row }) => row)
}

function unsentBefore(cent: bigint, stretches: readonly Stretch[]): bigint {
  return stretches
    .filter((stretch) => stretch.state !== 'spent' && stretch.fromCent < cent)
    .reduce((sum, stretch) => {
      const before = cent < stretch.toCent ? cent - stretch.fromCent : stretch.amountMinor
      return sum + smaller(before, stretch.amountMinor)
    }, 0n)
}

// Math.min takes no bigint.
function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}
