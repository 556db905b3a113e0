import { useId } from 'react'
import { PurseFills, type PurseLook, PurseSwatch } from '#components/purse/purse-fill.tsx'
import { percentOf } from '#components/purse/purse-segments.ts'
import { Money } from '#components/ui/money.tsx'
import { type Column, Table } from '#components/ui/table.tsx'
import { Bar } from './bar.tsx'

/** One kind of amount in a chart. Its look is the purse line's: filled, hatched or empty, in a category's colour. */
type ChartSeries = { key: string; label: string; look: PurseLook }

export type ChartRow = {
  key: string
  label: string
  href?: string
  /** By series key, in minor units; never negative. What is missing is nothing. */
  amountsMinor: Record<string, bigint>
}

export type BarChartProps = {
  caption: string
  series: readonly ChartSeries[]
  rows: readonly ChartRow[]
  currency: string
  /** The words of the table's first column: "Month", "Aid group". */
  rowHeader: string
  tableOpen?: boolean
}

/** Bars on one scale, stacked when there are several series, with the table that says the same. */
export function BarChart({ caption, series, rows, currency, rowHeader, tableOpen = false }: BarChartProps) {
  const idPrefix = `chart${useId()}`
  const totals = rows.map((row) => sum(series.map(({ key }) => row.amountsMinor[key] ?? 0n)))
  const longest = totals.toSorted((one, other) => (one < other ? 1 : -1))[0] ?? 0n
  const looks = series.map(({ look }) => look)
  return (
    <figure className="flex min-w-0 flex-col gap-4">
      <figcaption className="font-semibold">{caption}</figcaption>
      <svg width="0" height="0" aria-hidden="true" className="absolute">
        <defs>
          <PurseFills idPrefix={idPrefix} looks={looks} />
        </defs>
      </svg>
      {series.length > 1 ? <Legend series={series} idPrefix={idPrefix} /> : null}
      <ul className="flex flex-col gap-2">
        {rows.map((row, position) => (
          <li key={row.key} className="grid grid-cols-[1fr_auto] items-center gap-x-4 sm:grid-cols-[10rem_1fr_auto]">
            <span className="text-sm">{row.href ? <a href={row.href}>{row.label}</a> : row.label}</span>
            <Bar
              className="order-3 col-span-2 sm:order-none sm:col-span-1"
              idPrefix={idPrefix}
              parts={series.map(({ key, look }) => ({
                key,
                look,
                percent: percentOf(row.amountsMinor[key] ?? 0n, longest),
              }))}
            />
            <Money amountMinor={totals[position] ?? 0n} currency={currency} className="text-right text-sm" />
          </li>
        ))}
      </ul>
      <details open={tableOpen}>
        <summary>The same as a table</summary>
        <div className="mt-3">
          <ChartTable {...{ caption, series, rows, currency, rowHeader, totals }} />
        </div>
      </details>
    </figure>
  )
}

function Legend({ series, idPrefix }: { series: readonly ChartSeries[]; idPrefix: string }) {
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {series.map(({ key, label, look }) => (
        <li key={key} className="flex items-start gap-2">
          <PurseSwatch idPrefix={idPrefix} look={look} />
          {label}
        </li>
      ))}
    </ul>
  )
}

type ChartTableProps = Omit<BarChartProps, 'tableOpen'> & { totals: bigint[] }

function ChartTable({ caption, series, rows, currency, rowHeader, totals }: ChartTableProps) {
  const amounts: Column<ChartRow>[] = series.map(({ key, label }) => ({
    key,
    header: label,
    align: 'figure',
    cell: (row) => <Money amountMinor={row.amountsMinor[key] ?? 0n} currency={currency} />,
    total: <Money amountMinor={sum(rows.map((row) => row.amountsMinor[key] ?? 0n))} currency={currency} />,
  }))
  const all: Column<ChartRow> = {
    key: 'all',
    header: 'Together',
    align: 'figure',
    cell: (row) => <Money amountMinor={totals[rows.indexOf(row)] ?? 0n} currency={currency} />,
    total: <Money amountMinor={sum(totals)} currency={currency} />,
  }
  const first: Column<ChartRow> = { key: 'row', header: rowHeader, cell: ({ label }) => label }
  return (
    <Table
      caption={caption}
      captionHidden
      columns={[first, ...amounts, ...(series.length > 1 ? [all] : [])]}
      rows={rows}
      rowKey={({ key }) => key}
      totalLabel="Total"
    />
  )
}

function sum(amountsMinor: readonly bigint[]): bigint {
  return amountsMinor.reduce((total, amountMinor) => total + amountMinor, 0n)
}
