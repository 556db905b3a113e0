import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { PledgeSummary } from '#lib/donations/types.ts'

export type PledgeSummaryTableProps = { rows: readonly PledgeSummary[] }

/** Monthly pledges of campaigns, counted. What is pledged is no money yet, so it stands in no total of money. */
export function PledgeSummaryTable({ rows }: PledgeSummaryTableProps) {
  const money = (amountMinor: bigint, { currency }: PledgeSummary) => (
    <Money amountMinor={amountMinor} currency={currency} />
  )
  return (
    <Table
      caption="Monthly pledges of each campaign"
      captionHidden
      rows={rows}
      rowKey={({ campaignId, currency }) => `${campaignId} ${currency}`}
      empty={<EmptyState title="No monthly pledges yet">They begin on the giving page of a campaign.</EmptyState>}
      columns={[
        { key: 'campaign', header: 'Campaign', cell: ({ campaignTitle }) => campaignTitle },
        {
          key: 'month',
          header: 'A month',
          align: 'figure',
          nowrap: true,
          cell: (row) => money(row.perMonthMinor, row),
        },
        { key: 'running', header: 'Running', align: 'figure', cell: ({ activeCount }) => activeCount },
        {
          key: 'behind',
          header: 'Payment failed',
          align: 'figure',
          nowrap: true,
          cell: (row) => (
            <>
              {row.pastDueCount}
              {row.pastDueMinor > 0n ? <> ({money(row.pastDueMinor, row)})</> : null}
            </>
          ),
        },
        { key: 'paused', header: 'Paused', align: 'figure', cell: ({ pausedCount }) => pausedCount },
        { key: 'lapsed', header: 'Stopped paying', align: 'figure', cell: ({ lapsedCount }) => lapsedCount },
        { key: 'ended', header: 'Ended', align: 'figure', cell: ({ endedCount }) => endedCount },
        {
          key: 'received',
          header: 'Received so far',
          align: 'figure',
          nowrap: true,
          cell: (row) => money(row.receivedMinor, row),
        },
      ]}
    />
  )
}
