import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { BankFigures, StripeFigures } from '#lib/reconciliation/types.ts'

const dash = <span className="text-ink-soft">not known</span>

function figure<Row extends { currency: string }>(
  key: string,
  header: string,
  of: (row: Row) => bigint | null,
): Column<Row> {
  return {
    ...{ key, header, align: 'figure', nowrap: true },
    cell: (row) => {
      const amountMinor = of(row)
      return amountMinor === null ? dash : <Money amountMinor={amountMinor} currency={row.currency} />
    },
  }
}

function apart<Row extends { currency: string }>(of: (row: Row) => bigint | null): Column<Row> {
  return {
    ...{ key: 'apart', header: 'Apart', align: 'figure', nowrap: true },
    cell: (row) => {
      const amountMinor = of(row)
      if (amountMinor === null) return dash
      return (
        <span className="inline-flex items-center gap-2">
          <Badge tone={amountMinor === 0n ? 'done' : 'attention'}>{amountMinor === 0n ? 'Zero' : 'Apart'}</Badge>
          <Money amountMinor={amountMinor} currency={row.currency} className="font-semibold" />
        </span>
      )
    },
  }
}

export type StripeRow = StripeFigures & { apartMinor: bigint | null }

/** Stripe beside the ledger, a row for each currency. The whole installation has one account at Stripe. */
export function StripeTable({ rows }: { rows: readonly StripeRow[] }) {
  return (
    <Table
      caption="Stripe and the ledger, by currency"
      captionHidden
      rows={rows}
      rowKey={({ currency }) => currency}
      empty={
        <EmptyState title="Nothing at Stripe">With the first gift by card there is something to compare.</EmptyState>
      }
      columns={[
        { key: 'currency', header: 'Currency', cell: ({ currency }) => currency },
        apart<StripeRow>((row) => row.apartMinor),
        figure<StripeRow>('stripe', 'Stripe says', (row) => row.stripeMinor),
        figure<StripeRow>('unlisted', 'Paid out, list not complete', (row) =>
          row.stripeMinor === null ? null : row.unlistedMinor,
        ),
        figure<StripeRow>('ledger', 'Ledger says', (row) => row.ledgerMinor),
        figure<StripeRow>('transit', 'Payouts on their way', (row) => row.inTransitMinor),
      ]}
    />
  )
}

export type BankRow = BankFigures & { apartMinor: bigint | null }

/** Each bank account beside the ledger's. */
export function BankTable({ rows }: { rows: readonly BankRow[] }) {
  return (
    <Table
      caption="Bank accounts and the ledger"
      captionHidden
      rows={rows}
      rowKey={({ bankAccountId }) => bankAccountId}
      empty={
        <EmptyState title="No bank account is known yet">
          Add the account that Stripe pays out to, below; then import its statement.
        </EmptyState>
      }
      columns={[
        { key: 'name', header: 'Account', cell: (row) => <AccountName row={row} /> },
        apart<BankRow>((row) => row.apartMinor),
        figure<BankRow>('closing', 'Statement says', (row) => row.closingMinor),
        figure<BankRow>('ledger', 'Ledger says', (row) => row.ledgerMinor),
        figure<BankRow>('later', 'Not on a statement yet', (row) =>
          row.closingMinor === null ? null : row.laterMovementsMinor,
        ),
        figure<BankRow>('explained', 'Explained', (row) => row.explainedMinor + row.broughtForwardMinor),
        {
          ...{ key: 'open', header: 'Open', nowrap: true },
          cell: (row) =>
            row.openLines === 0 ? 'No line' : `${row.openLines} ${row.openLines === 1 ? 'line' : 'lines'}`,
        },
      ]}
    />
  )
}

function AccountName({ row }: { row: BankRow }) {
  return (
    <>
      {row.name}
      <span className="block text-sm font-normal text-ink-soft">
        {row.numberMasked}, {row.currency}
        {row.closingOn ? (
          <>
            , until <DateTime at={row.closingOn} show="short" />
          </>
        ) : null}
      </span>
    </>
  )
}
