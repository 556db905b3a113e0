import { DateTime } from '#components/ui/date-time.tsx'
import { Table } from '#components/ui/table.tsx'

export type HistoryRow = { id: string; what: string; by: string; reason: string | null; at: Date }

/** Who did what to it and why, oldest first. It cannot be changed. */
export function HistoryTable({ rows, caption }: { rows: readonly HistoryRow[]; caption: string }) {
  return (
    <Table
      caption={caption}
      captionHidden
      rows={rows}
      rowKey={(row) => row.id}
      empty={<p className="text-ink-soft">Nothing yet.</p>}
      columns={[
        { key: 'what', header: 'What', cell: (row) => row.what },
        { key: 'by', header: 'Who', cell: (row) => row.by },
        { key: 'reason', header: 'Why', cell: (row) => row.reason ?? '' },
        { key: 'at', header: 'When', nowrap: true, cell: (row) => <DateTime at={row.at} show="minute" /> },
      ]}
    />
  )
}
