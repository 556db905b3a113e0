import { Money } from '#components/ui/money.tsx'
import { AID_CATEGORY_LABEL } from './aid-category.ts'
import { PurseSwatch } from './purse-fill.tsx'
import { type CentRange, type LegendEntry, legendOf, type PlacedPurse } from './purse-segments.ts'

export type PurseLegendProps = {
  purse: PlacedPurse
  currency: string
  yourCents: readonly CentRange[]
  idPrefix: string
}

/** What each look means, with its sum. */
export function PurseLegend({ purse, currency, yourCents, idPrefix }: PurseLegendProps) {
  const yoursMinor = yourCents.reduce((sum, { fromCent, toCent }) => sum + toCent - fromCent, 0n)
  return (
    <ul className="grid gap-x-8 gap-y-1 text-sm sm:grid-cols-2 lg:grid-cols-3">
      {legendOf(purse.segments).map((entry) => (
        <li key={`${entry.state}-${entry.category}`} className="flex items-start gap-2">
          <PurseSwatch idPrefix={idPrefix} look={entry} />
          <span className="flex-1">{wordsOf(entry)}</span>
          <Money amountMinor={entry.amountMinor} currency={currency} />
        </li>
      ))}
      {yourCents.length > 0 ? (
        <li className="flex items-start gap-2 font-semibold">
          <svg width="28" height="16" aria-hidden="true" className="mt-1 flex-none">
            <path d="M14 15L6 1H22Z" className="purse-yours" />
          </svg>
          <span className="flex-1">Your cents</span>
          <Money amountMinor={yoursMinor} currency={currency} />
        </li>
      ) : null}
    </ul>
  )
}

function wordsOf({ state, category }: LegendEntry): string {
  const what = category && AID_CATEGORY_LABEL[category]
  if (state === 'left') return 'Left'
  return `${state === 'spent' ? 'Sent' : 'Promised'}${what ? `: ${what}` : ''}`
}
