import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { YearTotal } from '#lib/donations/read-giving.ts'

/** A line for each fiscal year, chapter and currency. */
export function YearTable({ years }: { years: YearTotal[] }) {
  const anyReturned = years.some(({ returnedMinor }) => returnedMinor > 0n)
  return (
    <Table
      caption="What you gave in each year"
      captionHidden
      rows={years}
      rowKey={({ key }) => key}
      columns={[
        {
          key: 'year',
          header: 'Year',
          cell: (total) => (
            <>
              <a href={summaryPath(total)}>{nameOf(total)}</a>
              <span className="block text-ink-soft">{total.chapterName}</span>
            </>
          ),
        },
        {
          key: 'paid',
          header: 'Given',
          align: 'figure',
          cell: ({ paidMinor, currency }) => <Money amountMinor={paidMinor} currency={currency} showCode />,
        },
        ...(anyReturned
          ? [
              {
                key: 'returned',
                header: 'Went back',
                align: 'figure' as const,
                cell: ({ returnedMinor, currency }: YearTotal) => (
                  <Money amountMinor={-returnedMinor} currency={currency} showCode />
                ),
              },
              {
                key: 'kept',
                header: 'Stayed',
                align: 'figure' as const,
                cell: ({ keptMinor, currency }: YearTotal) => (
                  <Money amountMinor={keptMinor} currency={currency} showCode />
                ),
              },
            ]
          : []),
        { key: 'count', header: 'Gifts', align: 'figure', cell: ({ count }) => count },
        {
          key: 'pdf',
          header: 'PDF',
          nowrap: true,
          cell: (total) => (
            <a href={`${summaryPath(total)}/summary.pdf`} download>
              Summary<span className="sr-only"> of {nameOf(total)} as PDF</span>
            </a>
          ),
        },
      ]}
    />
  )
}

function summaryPath({ chapterSlug, year }: YearTotal): string {
  return `/giving/summary/${chapterSlug}/${year}`
}

function nameOf({ yearName, isYearOver }: YearTotal): string {
  return isYearOver ? yearName : `${yearName}, until today`
}
