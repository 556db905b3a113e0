import { AID_CATEGORIES, AID_CATEGORY_LABEL } from '#components/purse/aid-category.ts'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import type { AidCategory, BudgetLineView } from '#lib/campaigns/types.ts'
import type { PublicDisbursement } from '#lib/disbursements/types.ts'

export type BudgetTableProps = {
  budget: readonly BudgetLineView[]
  disbursements: readonly PublicDisbursement[]
  currency: string
}

/** Without a category: what was sent or promised and is not public yet. */
type Row = {
  category: AidCategory | null
  items: string[]
  plannedMinor: bigint
  promisedMinor: bigint
  sentMinor: bigint
}

/** The plan by category beside what was sent and what is promised. */
export function BudgetTable({ budget, disbursements, currency }: BudgetTableProps) {
  const rows = rowsOf(budget, disbursements)
  const figure = (key: 'plannedMinor' | 'promisedMinor' | 'sentMinor', header: string): Column<Row> => ({
    key,
    header,
    align: 'figure',
    cell: (row) => <Money amountMinor={row[key]} currency={currency} />,
    total: <Money amountMinor={rows.reduce((sum, row) => sum + row[key], 0n)} currency={currency} />,
  })
  const columns: Column<Row>[] = [
    {
      key: 'category',
      header: 'What for',
      cell: ({ category, items }) => (
        <>
          {category === null ? 'Details follow later' : AID_CATEGORY_LABEL[category]}
          <span className="block text-ink-soft">{items.join('; ')}</span>
        </>
      ),
    },
    figure('plannedMinor', 'Planned'),
    figure('sentMinor', 'Sent'),
    figure('promisedMinor', 'Promised'),
  ]
  return (
    <Table
      caption="Budget by category, and what was sent and promised"
      captionHidden
      columns={columns}
      rows={rows}
      rowKey={({ category }) => category ?? 'later'}
      totalLabel="Total"
    />
  )
}

function rowsOf(budget: readonly BudgetLineView[], disbursements: readonly PublicDisbursement[]): Row[] {
  const of = (...states: PublicDisbursement['status'][]) =>
    disbursements.filter(({ status }) => states.includes(status))
  const sent = of('released', 'confirmed')
  const promised = of('approved')
  const linesOf = (some: readonly PublicDisbursement[]) => some.flatMap(({ lines }) => lines)
  const sum = (lines: readonly { category: AidCategory; amountMinor: bigint }[], category: AidCategory) =>
    lines.filter((line) => line.category === category).reduce((total, { amountMinor }) => total + amountMinor, 0n)
  const later = (some: readonly PublicDisbursement[]) =>
    some.filter(({ isPublished }) => !isPublished).reduce((total, { amountMinor }) => total + amountMinor, 0n)
  const rows: Row[] = AID_CATEGORIES.map((category) => ({
    category,
    items: budget.filter((line) => line.category === category).map(({ description }) => description),
    plannedMinor: sum(budget, category),
    promisedMinor: sum(linesOf(promised), category),
    sentMinor: sum(linesOf(sent), category),
  }))
  const unknown = {
    category: null,
    items: [],
    plannedMinor: 0n,
    promisedMinor: later(promised),
    sentMinor: later(sent),
  }
  return [...rows, unknown].filter(
    ({ plannedMinor, promisedMinor, sentMinor }) => plannedMinor + promisedMinor + sentMinor > 0n,
  )
}
