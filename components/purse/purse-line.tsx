import { useId } from 'react'
import { formatMoney } from '#lib/money/format.ts'
import { PurseBand, type PurseBandProps } from './purse-band.tsx'
import { PurseFills } from './purse-fill.tsx'
import { PurseLegend } from './purse-legend.tsx'
import { type CentRange, type PlacedPurse, type PurseSegment, placeSegments } from './purse-segments.ts'
import { PurseTable } from './purse-table.tsx'

export type PurseLineProps = {
  /** In any order. What is left is a segment too; numbers in no segment (cents that came back) take no room. */
  segments: readonly PurseSegment[]
  /** ISO 4217 of the fund. */
  currency: string
  /** The cents of the person who looks: each range is marked. */
  yourCents?: readonly CentRange[]
  /** What the line shows, for screen readers: "Winter kitchens: where the money is". */
  name: string
  /** `full`: with numbers, legend and table. `compact`: the band alone, for cards and rows; nothing to focus. */
  variant?: 'full' | 'compact'
  /** Opens the table at once: on a receipt or a report. */
  tableOpen?: boolean
}

/** The purse line: a fund's numbered cents from left to right, in the order the money came. */
export function PurseLine(props: PurseLineProps) {
  const { segments, currency, yourCents = [], name, variant = 'full', tableOpen = false } = props
  const idPrefix = `purse${useId()}`
  const purse = placeSegments(segments)
  const band: PurseBandProps = { purse, currency, yourCents, idPrefix, title: `${name}. ${inWords(purse, currency)}` }
  const fills = (
    <defs>
      <PurseFills idPrefix={idPrefix} looks={[...purse.segments, { state: 'left' }]} />
    </defs>
  )
  if (variant === 'compact') {
    return (
      <PurseBand {...band} compact>
        {fills}
      </PurseBand>
    )
  }
  return (
    <figure className="flex min-w-0 flex-col gap-4">
      <PurseBand {...band}>{fills}</PurseBand>
      <PurseLegend purse={purse} currency={currency} yourCents={yourCents} idPrefix={idPrefix} />
      <details open={tableOpen} className="flex flex-col">
        <summary>The same as a table</summary>
        <div className="mt-3">
          <PurseTable purse={purse} currency={currency} yourCents={yourCents} caption={name} />
        </div>
      </details>
    </figure>
  )
}

function inWords({ segments, totals, totalMinor }: PlacedPurse, currency: string): string {
  const money = (amountMinor: bigint) => formatMoney(amountMinor, currency)
  const word = segments.some(({ state, isOther }) => state === 'spent' && isOther) ? 'sent or used' : 'sent'
  const parts = `${money(totals.spent)} ${word}, ${money(totals.promised)} promised, ${money(totals.left)} left`
  return `Of ${money(totalMinor)}: ${parts}.`
}
