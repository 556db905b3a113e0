import type { ReactNode } from 'react'
import { STATUS_TONE } from '#components/disbursements/status.ts'
import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { STATUS_LABEL } from '#lib/disbursements/states.ts'
import type { DeskFund, DisbursementRow } from '#lib/disbursements/types.ts'
import { fundOf, nextStep, waitedFor } from './next-step.ts'

type DisbursementTableProps = {
  caption: string
  captionHidden?: boolean
  rows: readonly DisbursementRow[]
  /** Every fund these may come from. */
  funds: readonly DeskFund[]
  actor: Actor
  empty: ReactNode
}

/** Disbursements with what each waits for and since when. Arrow keys move, Enter opens. */
export function DisbursementTable({ caption, captionHidden, rows, funds, actor, empty }: DisbursementTableProps) {
  const at = now()
  const columns: Column<DisbursementRow>[] = [
    { key: 'what', header: 'Disbursement', cell: (row) => <What row={row} /> },
    {
      key: 'amount',
      header: 'Amount',
      align: 'figure',
      nowrap: true,
      cell: (row) => <Money amountMinor={row.amountMinor} currency={row.currency} />,
    },
    {
      key: 'state',
      header: 'State',
      nowrap: true,
      cell: (row) => <Badge tone={STATUS_TONE[row.status]}>{STATUS_LABEL[row.status]}</Badge>,
    },
    {
      key: 'since',
      header: 'Since',
      nowrap: true,
      cell: (row) => (
        <>
          <DateTime at={row.since} show="short" />
          {nextStep(actor, row.facts) ? (
            <span className="block text-sm text-ink-soft">{waitedFor(row.since, at)}</span>
          ) : null}
        </>
      ),
    },
    { key: 'next', header: 'Next', cell: (row) => <Next row={row} fund={fundOf(funds, row)} actor={actor} /> },
  ]
  return (
    <Table
      caption={caption}
      {...(captionHidden ? { captionHidden } : {})}
      rows={rows}
      rowKey={(row) => row.id}
      columns={columns}
      empty={empty}
      keyboardRows
    />
  )
}

function What({ row }: { row: DisbursementRow }) {
  return (
    <>
      <a href={`/treasurer/disbursements/${row.id}`}>
        {row.number}. {row.aidGroupName}
      </a>
      <span className="block text-sm font-normal text-ink-soft">from {row.campaignTitle}</span>
    </>
  )
}

function Next({ row, fund, actor }: { row: DisbursementRow; fund: DeskFund | undefined; actor: Actor }) {
  const step = nextStep(actor, row.facts, fund)
  if (!step) return <span className="text-ink-soft">Nothing</span>
  if (step.verdict.allowed) return <span className="font-semibold">{step.label}: you can</span>
  return (
    <span>
      {step.label}: <span className="text-ink-soft">{step.verdict.reason}</span>
    </span>
  )
}

/** In the place of a list without rows. */
export function NoDisbursements({ children }: { children: string }) {
  return <EmptyState title="No disbursements here">{children}</EmptyState>
}
