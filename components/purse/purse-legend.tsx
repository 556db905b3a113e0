import { Money } from '#components/ui/money.tsx'
import { AID_CATEGORY_LABEL } from './aid-category.ts'
import { PurseSwatch } from './purse-fill.tsx'
import {
  type CentRange,
  type LegendEntry,
  legendOf,
  type PlacedPurse,
  type PlacedSegment,
  type PurseState,
} from './purse-segments.ts'

export type PurseLegendProps = {
  purse: PlacedPurse
  currency: string
  yourCents: readonly CentRange[]
  idPrefix: string
}

/** What each look means, with its sum: sent by category, promised by category, left. Fees that cents paid are named. */
export function PurseLegend({ purse, currency, yourCents, idPrefix }: PurseLegendProps) {
  const entries = legendOf(purse.segments)
  const group = (state: PurseState) => ({
    entries: entries.filter((entry) => entry.state === state),
    totalMinor: purse.totals[state],
    currency,
    idPrefix,
  })
  const yoursMinor = yourCents.reduce((sum, { fromCent, toCent }) => sum + toCent - fromCent, 0n)
  return (
    <div className="grid gap-x-10 gap-y-4 text-sm sm:grid-cols-[2fr_1fr]">
      <Group title={spentWord(purse.segments)} columns {...group('spent')} />
      <div className="flex flex-col gap-4">
        <Group title="Promised" {...group('promised')} />
        <Group title="Left" {...group('left')} />
        {yourCents.length > 0 ? (
          <p className="flex items-start gap-2 border-t border-edge pt-1 font-semibold">
            <svg width="28" height="16" aria-hidden="true" className="mt-0.5 flex-none">
              <path d="M14 15L6 1H22Z" className="purse-yours" />
            </svg>
            <span className="flex-1">Your cents</span>
            <Money amountMinor={yoursMinor} currency={currency} />
          </p>
        ) : null}
      </div>
    </div>
  )
}

/** The figures beside the line count fees by themselves; where the line has some, or nothing else, its word must say so. */
function spentWord(segments: readonly PlacedSegment[]): string {
  const spent = segments.filter(({ state }) => state === 'spent')
  if (spent.every(({ category }) => category !== undefined)) return 'Sent'
  return spent.every(({ isOther }) => isOther) ? 'Exchanged, given back, or fees' : 'Sent, with bank fees'
}

type GroupProps = {
  title: string
  entries: LegendEntry[]
  totalMinor: bigint
  currency: string
  idPrefix: string
  columns?: boolean
}

function Group({ title, entries, totalMinor, currency, idPrefix, columns = false }: GroupProps) {
  const named = entries.filter(({ category }) => category !== undefined)
  const [only] = entries
  return (
    <div>
      <p className="flex items-start gap-2 border-t border-edge pt-1 font-semibold">
        {only && named.length === 0 ? <PurseSwatch idPrefix={idPrefix} look={only} /> : null}
        <span className="flex-1">{title}</span>
        <Money amountMinor={totalMinor} currency={currency} />
      </p>
      {named.length > 0 ? (
        <ul className={columns ? 'mt-1 gap-x-10 lg:columns-2' : 'mt-1'}>
          {entries.map((entry) => (
            <li key={entry.category ?? 'other'} className="flex break-inside-avoid items-start gap-2 py-0.5">
              <PurseSwatch idPrefix={idPrefix} look={entry} />
              <span className="flex-1">
                {entry.category ? AID_CATEGORY_LABEL[entry.category] : 'Bank fees and other'}
              </span>
              <Money amountMinor={entry.amountMinor} currency={currency} />
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
