import type { ReactNode } from 'react'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { LedgerRow } from '#lib/reports/types.ts'
import { entryLabel } from './entry-kind.ts'

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
  const hasBalance = !fundNames && rows.some(({ balanceMinor }) => balanceMinor !== null)
  // What and by how much come first: a phone shows no more than that at once.
  const columns: Column<LedgerRow>[] = [
    {
      key: 'kind',
      header: 'What happened',
      cell: (row) => <WhatHappened row={row} fund={fundNames?.get(row.fundId)} showCode={showCode} />,
    },
    { key: 'net', header: 'Change', align: 'figure', cell: (row) => unlessZero(row.netMinor, row, money) },
    ...(hasBalance
      ? [
          {
            key: 'balance',
            header: 'In the fund',
            align: 'figure' as const,
            cell: (row: LedgerRow) => (row.balanceMinor === null ? null : money(row.balanceMinor, row)),
          },
        ]
      : []),
    { key: 'gross', header: 'Given', align: 'figure', cell: (row) => unlessZero(row.grossMinor, row, money) },
    { key: 'fee', header: 'Fee', align: 'figure', cell: (row) => unlessZero(row.feeMinor, row, money) },
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

type WhatHappenedProps = { row: LedgerRow; fund: { name: string; href: string | null } | undefined; showCode: boolean }

function WhatHappened({ row, fund, showCode }: WhatHappenedProps) {
  const { disbursement, netMinor, movedMinor, currency, entryId, effectiveAt } = row
  return (
    <>
      {entryLabel(row)}
      {netMinor === 0n ? (
        <>
          {' '}
          <Money amountMinor={movedMinor} currency={currency} showCode={showCode} />
        </>
      ) : null}
      {fund ? (
        <span className="block py-0.5">
          {fund.href ? (
            <a href={fund.href} className="inline-block py-0.5">
              {fund.name}
            </a>
          ) : (
            fund.name
          )}
        </span>
      ) : null}
      <span className="block text-ink-soft">
        <DateTime at={effectiveAt} show={row.isMonthOnly ? 'month' : 'short'} />,{' '}
        <span className="figures">no. {String(entryId)}</span>
        <Undone row={row} />
        {disbursement ? (
          <>
            ,{' '}
            <a
              href={`/campaigns/${disbursement.campaignSlug}#disbursement-${disbursement.number}`}
              className="inline-block py-0.5"
            >
              disbursement {disbursement.number}
            </a>
          </>
        ) : null}
      </span>
    </>
  )
}

/** A wire keeps a promise; everything else that names an earlier entry takes it back. */
function Undone({ row: { kind, reversesEntryId } }: { row: LedgerRow }) {
  if (reversesEntryId === null) return null
  return (
    <>
      , {kind === 'release' ? 'keeps the promise' : 'undoes'}{' '}
      <span className="figures">no. {String(reversesEntryId)}</span>
    </>
  )
}
