import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { AccountRole } from '#lib/ledger/types.ts'
import type { LedgerRow } from '#lib/reports/types.ts'
import { ACCOUNT_ROLE_LABEL } from './account-role.ts'
import { ENTRY_KIND_TERM } from './entry-kind.ts'

export type DeskLedgerTableProps = {
  rows: readonly LedgerRow[]
  fundNames: ReadonlyMap<bigint, string>
  /** The role the change and the balance are of; undefined for the fund's money. */
  role: AccountRole | undefined
  showFund: boolean
  showCode: boolean
}

/** The ledger for the people of a chapter: sources, memos, and both accounts of each transfer, opened in place. */
export function DeskLedgerTable({ rows, fundNames, role, showFund, showCode }: DeskLedgerTableProps) {
  const figure = (
    key: string,
    header: string,
    of: (row: LedgerRow) => bigint | null,
    always = false,
  ): Column<LedgerRow> => ({
    key,
    header,
    align: 'figure',
    cell: (row) => {
      const amountMinor = of(row)
      if (amountMinor === null || (amountMinor === 0n && !always)) return null
      return <Money amountMinor={amountMinor} currency={row.currency} showCode={showCode} />
    },
  })
  const columns: Column<LedgerRow>[] = [
    { key: 'day', header: 'Day', nowrap: true, cell: ({ effectiveAt }) => <DateTime at={effectiveAt} show="short" /> },
    { key: 'entry', header: 'Entry', align: 'figure', cell: ({ entryId }) => String(entryId) },
    {
      key: 'kind',
      header: 'What and from where',
      cell: (row) => (
        <Source row={row} fundName={showFund ? fundNames.get(row.fundId) : undefined} showCode={showCode} />
      ),
    },
    figure('moved', 'Moved', ({ movedMinor }) => movedMinor, true),
    figure('fee', 'Fees', ({ feeMinor }) => feeMinor),
    figure('net', role ? ACCOUNT_ROLE_LABEL[role] : 'Change', ({ netMinor }) => netMinor, true),
    ...(showFund ? [] : [figure('balance', 'Balance', ({ balanceMinor }) => balanceMinor, true)]),
  ]
  return (
    <Table
      caption={role ? `Entries on ${ACCOUNT_ROLE_LABEL[role]}` : 'Entries'}
      captionHidden
      columns={columns}
      rows={rows}
      rowKey={({ entryId, fundId }) => `${entryId}-${fundId}`}
      keyboardRows
      empty={<EmptyState title="No entries">Nothing in the ledger is like this. Try fewer filters.</EmptyState>}
    />
  )
}

type SourceProps = { row: LedgerRow; fundName: string | undefined; showCode: boolean }

function Source({ row, fundName, showCode }: SourceProps) {
  const { kind, desk, disbursement, reversesEntryId } = row
  if (!desk) return null
  const { memo, sourceType, sourceId } = desk
  return (
    <>
      <span className="font-semibold">{ENTRY_KIND_TERM[kind]}</span>
      {fundName === undefined ? null : `, ${fundName}`}
      {memo === null ? null : <span className="block">{memo}</span>}
      <span className="block text-ink-soft">
        {disbursement ? (
          <a href={`/treasurer/disbursements/${sourceId}`} className="inline-block py-0.5">
            Disbursement {disbursement.number}
          </a>
        ) : (
          sourceType.replaceAll('_', ' ')
        )}
        {reversesEntryId === null ? null : <span className="figures">, reverses {String(reversesEntryId)}</span>}
      </span>
      <Detail row={row} showCode={showCode} />
    </>
  )
}

function Detail({ row, showCode }: { row: LedgerRow; showCode: boolean }) {
  const { transfers, currency, desk, entryId } = row
  if (!desk) return null
  return (
    <details>
      <summary className="mt-1 py-0.5">
        Accounts<span className="sr-only"> of entry {String(entryId)}</span>
      </summary>
      <ul className="mt-2 flex flex-col gap-1">
        {transfers.map(({ id, debitRole, creditRole, amountMinor }) => (
          <li key={id}>
            Dr {ACCOUNT_ROLE_LABEL[debitRole]} / Cr {ACCOUNT_ROLE_LABEL[creditRole]}{' '}
            <Money amountMinor={amountMinor} currency={currency} showCode={showCode} className="font-semibold" />
          </li>
        ))}
      </ul>
      <div className="mt-2 max-w-prose">
        <DefinitionList
          items={[
            { term: 'Recorded', detail: <DateTime at={desk.recordedAt} show="minute" /> },
            { term: 'Source', detail: `${desk.sourceType} ${desk.sourceId}` },
            ...(desk.originalEffectiveAt
              ? [{ term: 'Belongs to a closed period', detail: <DateTime at={desk.originalEffectiveAt} /> }]
              : []),
          ]}
        />
      </div>
    </details>
  )
}
