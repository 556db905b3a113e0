import { FORMAT_LABEL } from '#components/reconciliation/words.ts'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { StatementRow } from '#lib/reconciliation/queries.ts'
import { withdraw } from './actions.ts'

/** The imported statements, the latest first, each with the way to take it back while nothing is matched to it. */
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
          cell: (row) => <State row={row} />,
        },
      ]}
      detail={(row) => (row.canWithdraw ? <Withdraw row={row} /> : null)}
    />
  )
}

function State({ row: { openCount, gapMinor, withdrawnReason } }: { row: StatementRow }) {
  if (withdrawnReason !== null) return <Badge tone="stopped">Withdrawn</Badge>
  return (
    <span className="flex flex-wrap gap-2">
      {openCount === 0 ? <Badge tone="done">All matched</Badge> : <Badge tone="attention">{openCount} open</Badge>}
      {gapMinor !== null && gapMinor !== 0n ? <Badge tone="attention">Gap before it</Badge> : null}
    </span>
  )
}

function Withdraw({ row }: { row: StatementRow }) {
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 text-sm text-ink-soft">It was read wrongly</summary>
      <div className="max-w-form py-2">
        <ActionForm
          action={withdraw}
          submitLabel="Withdraw this file"
          submitVariant="secondary"
          submitSize="small"
          label={`Withdraw the statement of ${row.accountName} until ${row.toOn.toISOString().slice(0, 10)}`}
        >
          <HiddenField name="statementId" value={row.id} />
          <TextField
            name="reason"
            label="Why"
            hint="The file stays on record and counts nowhere. It may be imported again."
            maxLength={500}
          />
        </ActionForm>
      </div>
    </details>
  )
}
