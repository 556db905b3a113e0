import type { ReactNode } from 'react'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { LedgerRow } from '#lib/reports/types.ts'
import { ENTRY_KIND_LABEL } from './entry-kind.ts'

export type LedgerTableProps = {
  caption: string
  rows: readonly LedgerRow[]
  /** The funds' names by their ids; left out where there is only one fund. */
  fundNames?: ReadonlyMap<bigint, { name: string; href: string | null }>
  /** Several currencies: each amount says its code. */
  showCode: boolean
}

/** The ledger for everybody: what each entry did to a fund, newest first. Days only, and nobody is named. */
export function LedgerTable({ caption, rows, fundNames, showCode }: LedgerTableProps) {
  const money = (amountMinor: bigint, { currency }: LedgerRow) => (
    <Money amountMinor={amountMinor} currency={currency} showCode={showCode} />
  )
  const columns: Column<LedgerRow>[] = [
    { key: 'day', header: 'Day', nowrap: true, cell: ({ effectiveAt }) => <DateTime at={effectiveAt} show="short" /> },
    { key: 'kind', header: 'What happened', cell: (row) => <WhatHappened row={row} showCode={showCode} /> },
    ...(fundNames
      ? [{ key: 'fund', header: 'Fund', cell: (row: LedgerRow) => <FundName fund={fundNames.get(row.fundId)} /> }]
      : []),
    { key: 'gross', header: 'Given', align: 'figure', cell: (row) => unlessZero(row.grossMinor, row, money) },
    { key: 'fee', header: 'Fee', align: 'figure', cell: (row) => unlessZero(row.feeMinor, row, money) },
    { key: 'net', header: 'Change', align: 'figure', cell: (row) => unlessZero(row.netMinor, row, money) },
    ...(fundNames || rows.every(({ balanceMinor }) => balanceMinor === null)
      ? []
      : [
          {
            key: 'balance',
            header: 'In the fund',
            align: 'figure' as const,
            cell: (row: LedgerRow) => (row.balanceMinor === null ? null : money(row.balanceMinor, row)),
          },
        ]),
  ]
  return (
    <Table
      caption={caption}
      captionHidden
      columns={columns}
      rows={rows}
      rowKey={({ entryId, fundId }) => `${entryId}-${fundId}`}
      empty={<EmptyState title="No entries">Nothing in the ledger is like this. Try fewer filters.</EmptyState>}
    />
  )
}

type ShowMoney = (amountMinor: bigint, row: LedgerRow) => ReactNode

function unlessZero(amountMinor: bigint, row: LedgerRow, money: ShowMoney) {
  return amountMinor === 0n ? (
    <span className="text-ink-soft">
      <span aria-hidden="true">–</span>
      <span className="sr-only">none</span>
    </span>
  ) : (
    money(amountMinor, row)
  )
}

function FundName({ fund }: { fund: { name: string; href: string | null } | undefined }) {
  if (!fund) return null
  return fund.href ? <a href={fund.href}>{fund.name}</a> : fund.name
}

function WhatHappened({ row, showCode }: { row: LedgerRow; showCode: boolean }) {
  const { kind, disbursement, netMinor, movedMinor, currency, entryId, reversesEntryId } = row
  return (
    <>
      {ENTRY_KIND_LABEL[kind]}
      {netMinor === 0n ? (
        <>
          {' '}
          <Money amountMinor={movedMinor} currency={currency} showCode={showCode} />
        </>
      ) : null}
      <span className="block text-ink-soft">
        <span className="figures">No. {String(entryId)}</span>
        {reversesEntryId === null ? null : <span className="figures">, undoes no. {String(reversesEntryId)}</span>}
        {disbursement ? (
          <>
            ,{' '}
            <a href={`/campaigns/${disbursement.campaignSlug}#disbursement-${disbursement.number}`}>
              disbursement {disbursement.number}
            </a>
          </>
        ) : null}
      </span>
    </>
  )
}
