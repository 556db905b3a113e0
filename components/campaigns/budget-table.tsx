import { AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { BudgetLineView } from '#lib/campaigns/types.ts'
import { AID_CATEGORY_EXPLANATION } from './category-explanation.ts'

export type BudgetTableProps = { lines: readonly BudgetLineView[]; currency: string; captionHidden?: boolean }

/** What the goal is for, line by line, with the sum. */
export function BudgetTable({ lines, currency, captionHidden = true }: BudgetTableProps) {
  const totalMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  return (
    <Table
      caption="Budget"
      captionHidden={captionHidden}
      rows={lines}
      rowKey={(line) => line.id}
      totalLabel="Total"
      empty={<p className="text-ink-soft">No budget lines yet.</p>}
      columns={[
        { key: 'description', header: 'What it pays for', cell: (line) => line.description },
        {
          key: 'category',
          header: 'Kind of aid',
          cell: ({ category }) => (
            <span title={AID_CATEGORY_EXPLANATION[category]}>{AID_CATEGORY_LABEL[category]}</span>
          ),
        },
        {
          key: 'amount',
          header: 'Amount',
          align: 'figure',
          cell: ({ amountMinor }) => <Money amountMinor={amountMinor} currency={currency} />,
          total: <Money amountMinor={totalMinor} currency={currency} />,
        },
      ]}
    />
  )
}
