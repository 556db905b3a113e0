import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import { AID_CATEGORY_LABEL } from './aid-category.ts'
import { type CentRange, overlapMinor, type PlacedPurse, type PlacedSegment, STATE_WORD } from './purse-segments.ts'

export type PurseTableProps = {
  purse: PlacedPurse
  currency: string
  yourCents: readonly CentRange[]
  caption: string
}

const COUNT = new Intl.NumberFormat('en')

/** The purse line in words and figures: the same segments in the same order. */
export function PurseTable({ purse, currency, yourCents, caption }: PurseTableProps) {
  const columns: Column<PlacedSegment>[] = [
    {
      key: 'use',
      header: 'What for, and which cents',
      cell: (segment) => (
        <>
          <UseOf segment={segment} numbers={numbersOf(segment)} />
          <Yours amountMinor={overlapMinor(segment, yourCents)} currency={currency} />
        </>
      ),
    },
    {
      key: 'amount',
      header: 'Amount',
      align: 'figure',
      cell: ({ amountMinor }) => <Money amountMinor={amountMinor} currency={currency} />,
      total: <Money amountMinor={purse.totalMinor} currency={currency} />,
    },
  ]
  return (
    <Table
      caption={caption}
      captionHidden
      columns={columns}
      rows={purse.segments}
      rowKey={({ fromCent }) => String(fromCent)}
      totalLabel={
        <>
          Given
          <Yours amountMinor={sumOf(yourCents)} currency={currency} />
        </>
      }
    />
  )
}

function UseOf({
  segment: { label, category, state, href, isOther },
  numbers,
}: {
  segment: PlacedSegment
  numbers: string
}) {
  const kind = category && AID_CATEGORY_LABEL[category]
  const words = label ?? kind ?? (state === 'left' ? 'Not promised yet' : 'Other')
  return (
    <>
      {href ? <a href={href}>{words}</a> : words}
      <span className="figures block text-ink-soft">
        <span className="whitespace-normal">
          {state === 'spent' && isOther ? 'Used' : STATE_WORD[state]}
          {label && kind ? `, ${kind}` : null},{' '}
        </span>
        {numbers}
      </span>
    </>
  )
}

/** Nothing where none of your cents are: zeros in every row would hide the one figure that counts. */
function Yours({ amountMinor, currency }: { amountMinor: bigint; currency: string }) {
  if (amountMinor === 0n) return null
  return (
    <span className="block font-semibold">
      yours: <Money amountMinor={amountMinor} currency={currency} />
    </span>
  )
}

/** People count from one; the ledger's ranges count from zero and end before their last number. */
function numbersOf({ fromCent, toCent }: CentRange): string {
  return `no. ${COUNT.format(fromCent + 1n)} to ${COUNT.format(toCent)}`
}

function sumOf(ranges: readonly CentRange[]): bigint {
  return ranges.reduce((sum, { fromCent, toCent }) => sum + toCent - fromCent, 0n)
}
