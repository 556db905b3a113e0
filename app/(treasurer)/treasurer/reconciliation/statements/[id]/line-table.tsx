import { MATCH_LABEL } from '#components/reconciliation/words.ts'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { StatementLine, StatementView } from '#lib/reconciliation/queries.ts'
import { unmatch } from '../../actions.ts'

/** The lines a statement brought, each with what it was matched to and the way to undo that. */
export function LineTable({ view }: { view: StatementView }) {
  return (
    <Table
      caption={`Lines of the statement: ${view.lines.length}`}
      captionHidden
      rows={view.lines}
      rowKey={({ id }) => id}
      empty={<EmptyState title="No new lines">Each line of this statement is on an earlier one.</EmptyState>}
      columns={[
        { key: 'on', header: 'Booked', nowrap: true, cell: ({ bookedOn }) => <DateTime at={bookedOn} show="short" /> },
        { key: 'words', header: 'What the bank says', cell: (line) => <Words line={line} /> },
        {
          ...{ key: 'amount', header: 'Amount', align: 'figure', nowrap: true },
          cell: ({ amountMinor }) => <Money amountMinor={amountMinor} currency={view.currency} />,
        },
        {
          ...{ key: 'state', header: 'State', nowrap: true },
          cell: ({ match }) => {
            if (match) return <Badge tone="done">{MATCH_LABEL[match.kind]}</Badge>
            return view.withdrawnReason === null ? (
              <Badge tone="attention">Open</Badge>
            ) : (
              <Badge tone="stopped">Withdrawn</Badge>
            )
          },
        },
      ]}
      detail={(line) => (line.match && view.canMatch ? <Undo line={line} statementId={view.id} /> : null)}
    />
  )
}

function Words({ line }: { line: StatementLine }) {
  return (
    <span className="font-normal wrap-anywhere">
      {line.counterparty ? <span className="block font-semibold">{line.counterparty}</span> : null}
      {line.remittance || (line.counterparty ? '' : 'Without words')}
      {line.reference ? <span className="block text-sm text-ink-soft">Reference {line.reference}</span> : null}
    </span>
  )
}

function Undo({ line, statementId }: { line: StatementLine; statementId: string }) {
  const { match } = line
  if (!match) return null
  const entries = match.entryIds.map(String).join(', ')
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 text-sm text-ink-soft">
        Matched <DateTime at={match.madeAt} show="short" />
        {entries === '' ? '' : `, entry ${entries}`}
        {match.lineCount > 1 ? `, with ${match.lineCount - 1} more ${match.lineCount === 2 ? 'line' : 'lines'}` : ''}
        {match.reason ? `: ${match.reason}` : ''}
      </summary>
      <div className="max-w-form py-2">
        <ActionForm
          action={unmatch}
          submitLabel="Undo this match"
          submitVariant="secondary"
          submitSize="small"
          label={`Undo the match of line ${line.position}`}
        >
          <HiddenField name="matchId" value={match.id} />
          <HiddenField name="statementId" value={statementId} />
          <TextField
            name="reason"
            label="Why"
            hint="What the match posted is reversed; the reason stays on record."
            maxLength={500}
          />
        </ActionForm>
      </div>
    </details>
  )
}
