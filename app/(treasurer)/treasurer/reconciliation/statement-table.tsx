import { FORMAT_LABEL } from '#components/reconciliation/words.ts'
import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { StatementRow } from '#lib/reconciliation/queries.ts'

/** The imported statements, the latest first. */
export function StatementTable({ rows }: { rows: readonly StatementRow[] }) {
  return (
    <Table
      caption="Imported statements"
      captionHidden
      rows={rows}
      rowKey={({ id }) => id}
      keyboardRows
      empty={<EmptyState title="No statement yet">CAMT.053, OFX and CSV files of the bank are read.</EmptyState>}
      columns={[
        {
          ...{ key: 'days', header: 'Days' },
          cell: (row) => (
            <>
              <a href={`/treasurer/reconciliation/statements/${row.id}`}>
                <DateTime at={row.fromOn} show="short" /> to <DateTime at={row.toOn} show="short" />
              </a>
              <span className="block text-sm font-normal text-ink-soft">
                {row.accountName}, {FORMAT_LABEL[row.format]}
              </span>
            </>
          ),
        },
        {
          ...{ key: 'closing', header: 'Closing balance', align: 'figure', nowrap: true },
          cell: ({ closingMinor, currency }) =>
            closingMinor === null ? (
              <span className="text-ink-soft">not known</span>
            ) : (
              <Money amountMinor={closingMinor} currency={currency} />
            ),
        },
        { key: 'lines', header: 'Lines', align: 'figure', cell: ({ lineCount }) => lineCount },
        {
          ...{ key: 'state', header: 'State', nowrap: true },
          cell: ({ openCount, gapMinor }) => (
            <span className="flex flex-wrap gap-2">
              {openCount === 0 ? (
                <Badge tone="done">All matched</Badge>
              ) : (
                <Badge tone="attention">{openCount} open</Badge>
              )}
              {gapMinor !== null && gapMinor !== 0n ? <Badge tone="attention">Gap before it</Badge> : null}
            </span>
          ),
        },
      ]}
    />
  )
}
