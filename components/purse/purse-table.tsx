import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import { AID_CATEGORY_LABEL } from './aid-category.ts'
import { type CentRange, type PlacedPurse, type PlacedSegment, STATE_WORD } from './purse-segments.ts'

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
          <UseOf segment={segment} numbers={numbersOf(segment, purse)} />
          <Yours amountMinor={overlapMinor(segment, yourCents)} currency={currency} />
        </>
      ),
    },
    {
      key: 'amount',
      header: 'Amount',
      align: 'figure',
      cell: ({ amountMinor }) => <Money amountMinor={amountMinor} currency={currency} />,
      total: <Money amountMinor={purse.scale.totalMinor} currency={currency} />,
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
          <Yours amountMinor={overlapMinor(purse.scale, yourCents)} currency={currency} />
        </>
      }
    />
  )
}

function UseOf({ segment: { label, category, state, href }, numbers }: { segment: PlacedSegment; numbers: string }) {
  const kind = category && AID_CATEGORY_LABEL[category]
  const words = label ?? kind ?? (state === 'left' ? 'Not promised yet' : 'Not named yet')
  return (
    <>
      {href ? <a href={href}>{words}</a> : words}
      <span className="figures block text-ink-soft">
        <span className="whitespace-normal">
          {STATE_WORD[state]}
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

function numbersOf({ fromCent, toCent }: CentRange, { scale }: PlacedPurse): string {
  return `no. ${COUNT.format(fromCent - scale.fromCent + 1n)} to ${COUNT.format(toCent - scale.fromCent)}`
}

function overlapMinor(range: CentRange, others: readonly CentRange[]): bigint {
  let sumMinor = 0n
  for (const other of others) {
    let { fromCent, toCent } = range
    if (other.fromCent > fromCent) fromCent = other.fromCent
    if (other.toCent < toCent) toCent = other.toCent
    if (toCent > fromCent) sumMinor += toCent - fromCent
  }
  return sumMinor
}
