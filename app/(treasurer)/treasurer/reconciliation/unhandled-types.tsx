import { DateTime } from '#components/ui/date-time.tsx'
import { Table } from '#components/ui/table.tsx'
import type { UnhandledType } from '#lib/webhooks/list-unhandled.ts'

/** Events of Stripe that nothing here listens to: nothing is wrong with them, and a new kind of money would show first here. */
export function UnhandledTypes({ rows }: { rows: readonly UnhandledType[] }) {
  if (rows.length === 0) return null
  const total = rows.reduce((sum, { count }) => sum + count, 0)
  return (
    <details className="mt-4">
      <summary className="min-h-11 cursor-pointer py-2 text-sm font-semibold text-green">
        {total} {total === 1 ? 'event' : 'events'} of types that nothing here listens to, in 30 days
      </summary>
      <div className="pb-3">
        <Table
          caption="Kept, and no money is booked by them"
          rows={rows}
          rowKey={({ type }) => type}
          columns={[
            { key: 'type', header: 'Type', cell: ({ type }) => <span className="wrap-anywhere">{type}</span> },
            { key: 'count', header: 'Events', align: 'figure', cell: ({ count }) => String(count) },
            { key: 'last', header: 'Last', nowrap: true, cell: ({ lastAt }) => <DateTime at={lastAt} show="minute" /> },
          ]}
        />
      </div>
    </details>
  )
}
