import { DISPUTE_TONE } from '#components/donations/gift-state.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { OpenDispute } from '#lib/donations/list-losses.ts'

/** Disputes that wait for their bank, the nearest deadline first. */
export function OpenDisputes({ disputes }: { disputes: readonly OpenDispute[] }) {
  return (
    <Table
      caption={`Open disputes: ${disputes.length}`}
      rows={disputes}
      rowKey={(row) => row.id}
      empty={
        <EmptyState title="No open disputes">
          When a donor’s bank asks for money, it is here with its deadline.
        </EmptyState>
      }
      columns={[
        {
          key: 'what',
          header: 'Gift',
          cell: (row) => <a href={`/treasurer/donations/${row.donationId}#disputes`}>{row.campaignTitle}</a>,
        },
        {
          key: 'amount',
          header: 'Disputed',
          align: 'figure',
          nowrap: true,
          cell: (row) => <Money amountMinor={row.amountMinor} currency={row.currency} showCode />,
        },
        {
          key: 'state',
          header: 'State',
          cell: (row) => (
            <>
              <Badge tone={DISPUTE_TONE[row.stage]}>{row.label}</Badge>
              <span className="block max-w-prose text-sm text-ink-soft">{row.sentence}</span>
            </>
          ),
        },
        {
          key: 'due',
          header: 'Evidence until',
          nowrap: true,
          cell: (row) => (row.evidenceSent ? 'Sent' : row.dueBy ? <DateTime at={row.dueBy} show="short" /> : '–'),
        },
      ]}
    />
  )
}
