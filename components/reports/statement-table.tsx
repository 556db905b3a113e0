import { EmptyState } from '#components/ui/empty-state.tsx'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { FundStatement, PeriodStatement, StatementAmounts } from '#lib/reports/types.ts'
import { STATEMENT_LINES, type StatementLine, signedMinor } from './statement-lines.ts'

/** The account of the whole scope: a line for each kind of movement, a column for each currency, closing at the bottom. */
export function StatementTable({ totals }: { totals: PeriodStatement['totals'] }) {
  if (totals.length === 0)
    return <EmptyState title="No funds yet">A campaign gets its fund when it goes live.</EmptyState>
  const columns: Column<StatementLine>[] = [
    { key: 'line', header: 'In this period', cell: ({ label }) => label },
    ...totals.map(
      (total): Column<StatementLine> => ({
        key: total.currency,
        header: total.currency,
        align: 'figure',
        cell: (line) => <Money amountMinor={signedMinor(line, total)} currency={total.currency} />,
        total: <Money amountMinor={total.closingMinor} currency={total.currency} />,
      }),
    ),
  ]
  return (
    <Table
      caption="Opening balance, what came in, what went out, closing balance"
      captionHidden
      columns={columns}
      rows={linesOf(totals)}
      rowKey={({ key }) => key}
      totalLabel="Closing balance"
    />
  )
}

/** The same fund by fund: one table for each currency, each fund's own lines below it. */
export function FundTables({ funds, totals }: Pick<PeriodStatement, 'funds' | 'totals'>) {
  return (
    <div className="flex flex-col gap-8">
      {totals.map((total) => (
        <FundTable
          key={total.currency}
          total={total}
          funds={funds.filter(({ currency }) => currency === total.currency)}
          several={totals.length > 1}
        />
      ))}
    </div>
  )
}

type FundTableProps = { total: PeriodStatement['totals'][number]; funds: FundStatement[]; several: boolean }

function FundTable({ total, funds, several }: FundTableProps) {
  const { currency } = total
  const figure = (key: string, header: string, of: (amounts: StatementAmounts) => bigint): Column<FundStatement> => ({
    key,
    header,
    align: 'figure',
    cell: (fund) => <Money amountMinor={of(fund)} currency={currency} />,
    total: <Money amountMinor={of(total)} currency={currency} />,
  })
  const columns: Column<FundStatement>[] = [
    { key: 'fund', header: 'Fund', cell: (fund) => <FundName fund={fund} /> },
    figure('opening', 'Opening', ({ openingMinor }) => openingMinor),
    figure('in', 'Came in', (a) => a.giftsMinor + a.coverMinor + a.tipsMinor),
    figure('fees', 'Fees', (a) => -(a.stripeFeesMinor + a.disputeFeesMinor + a.transferFeesMinor)),
    figure('back', 'Back to donors', (a) => -(a.refundsMinor + a.disputesMinor)),
    figure('sent', 'Sent', ({ sentMinor }) => -sentMinor),
    figure('other', 'Other funds', (a) => a.interfundMinor + a.exchangeMinor),
    figure('closing', 'Closing', ({ closingMinor }) => closingMinor),
    figure('promised', 'Of it promised', ({ promisedMinor }) => promisedMinor),
  ]
  return (
    <Table
      caption={several ? `Funds in ${currency}` : 'Each fund on its line'}
      captionHidden={!several}
      columns={columns}
      rows={funds}
      rowKey={({ fundId }) => String(fundId)}
      totalLabel="Total"
    />
  )
}

function FundName({ fund }: { fund: FundStatement }) {
  return (
    <>
      {fund.campaign ? <a href={`/campaigns/${fund.campaign.slug}`}>{fund.campaign.title}</a> : 'General fund'}
      <span className="block text-ink-soft">
        {fund.chapterName}, {fund.restriction === 'with' ? 'only for its purpose' : 'for the chapter’s work'}
      </span>
    </>
  )
}

/** Lines that are zero everywhere say nothing, except the opening balance. */
function linesOf(totals: readonly StatementAmounts[]): StatementLine[] {
  return STATEMENT_LINES.filter(
    (line) => line.key === 'opening' || totals.some((total) => signedMinor(line, total) !== 0n),
  )
}
