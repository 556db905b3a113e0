import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { Figures } from '#lib/reports/types.ts'

export type FiguresByCurrencyProps = {
  figures: readonly Figures[]
  /** People who gave in any currency; left out where it is not known. */
  donorCount?: number
}

type Row = { key: string; label: string; amount: (figures: Figures) => bigint }

const ROWS: Row[] = [
  { key: 'gifts', label: 'Gifts', amount: (one) => one.raisedMinor },
  { key: 'cover', label: 'Fees covered by donors', amount: (one) => one.coverMinor },
  { key: 'tips', label: 'Tips for the chapters’ work', amount: (one) => one.tipsMinor },
  {
    key: 'fees',
    label: 'Fees paid',
    amount: (one) => -(one.stripeFeesMinor + one.disputeFeesMinor + one.transferFeesMinor),
  },
  { key: 'back', label: 'Back to donors', amount: (one) => -(one.refundedMinor + one.disputedMinor) },
  { key: 'sent', label: 'Sent to aid groups', amount: (one) => -one.sentMinor },
  { key: 'other', label: 'From other funds and exchange', amount: (one) => one.interfundMinor + one.exchangeMinor },
  { key: 'promised', label: 'Promised, not sent yet', amount: (one) => -one.promisedMinor },
]

/** Totals as an account: a column for each currency, what came in, what went out, what is left. Currencies are never added. */
export function FiguresByCurrency({ figures, donorCount }: FiguresByCurrencyProps) {
  if (figures.length === 0) return <EmptyState title="No money yet">The first gift appears here.</EmptyState>
  const rows = ROWS.filter(({ amount }) => figures.some((one) => amount(one) !== 0n))
  const columns: Column<Row>[] = [
    { key: 'what', header: 'What', cell: ({ label }) => label },
    ...figures.map(
      (one): Column<Row> => ({
        key: one.currency,
        header: one.currency,
        align: 'figure',
        cell: ({ amount }) => <Money amountMinor={amount(one)} currency={one.currency} />,
        total: <Money amountMinor={one.leftMinor} currency={one.currency} />,
      }),
    ),
  ]
  return (
    <div className="flex flex-col gap-4">
      <Table
        caption="Totals by currency"
        captionHidden
        columns={columns}
        rows={rows}
        rowKey={({ key }) => key}
        totalLabel="Left"
      />
      {donorCount === undefined ? null : (
        <p>
          <span className="figures font-semibold">{new Intl.NumberFormat('en').format(donorCount)}</span> people gave.
        </p>
      )}
    </div>
  )
}
