import { AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { DisbursementLineView } from '#lib/disbursements/types.ts'

type LineTableProps = { lines: readonly DisbursementLineView[]; amountMinor: bigint; currency: string }

/** What a disbursement pays for, line by line, with the total under its rule. */
export function LineTable({ lines, amountMinor, currency }: LineTableProps) {
  return (
    <Table
      caption="What the money pays for"
      captionHidden
      rows={lines}
      rowKey={(line) => line.id}
      totalLabel="Total"
      columns={[
        { key: 'description', header: 'What', cell: (line) => `${line.position}. ${line.description}` },
        { key: 'category', header: 'Kind of aid', cell: (line) => AID_CATEGORY_LABEL[line.category] },
        {
          key: 'amount',
          header: 'Amount',
          align: 'figure',
          nowrap: true,
          cell: (line) => <Money amountMinor={line.amountMinor} currency={currency} />,
          total: <Money amountMinor={amountMinor} currency={currency} />,
        },
      ]}
    />
  )
}
