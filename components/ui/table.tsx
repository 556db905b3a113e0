import { Fragment, type ReactNode, useId } from 'react'
import { classNames } from './class-names.ts'
import { RowKeys } from './row-keys.tsx'

export type Column<Row> = {
  key: string
  header: ReactNode
  /** `figure`: right-aligned, figures of equal width. */
  align?: 'start' | 'figure'
  /** Keeps the cell on one line: dates, references. */
  nowrap?: boolean
  cell: (row: Row) => ReactNode
  /** The cell of the total row; leave it out for none. */
  total?: ReactNode
}

export type TableProps<Row> = {
  /** What the table is; shown above it, or for screen readers only with `captionHidden`. */
  caption: ReactNode
  captionHidden?: boolean
  columns: Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** The words of the total row, before its first figure: "Total". With it the columns' `total` are shown. */
  totalLabel?: ReactNode
  /** In the place of the rows when there are none; an EmptyState or a sentence. */
  empty?: ReactNode
  /** Detail below a row, opened in place by native details; return null for rows without. */
  detail?: (row: Row) => ReactNode
  /** For desks: arrow keys move between rows, Enter opens the row's first link. */
  keyboardRows?: boolean
  className?: string
}

/** A region that scrolls must be reachable by keyboard. */
const REACHABLE = { tabIndex: 0 }

/** A table that reads like an account book. The first column is each row's header. Scrolls inside itself on a phone. */
export function Table<Row>(props: TableProps<Row>) {
  const { caption, captionHidden, columns, rows, empty, keyboardRows, className } = props
  const captionId = useId()
  if (rows.length === 0 && empty !== undefined) return empty
  const table = (
    <section aria-labelledby={captionId} {...REACHABLE} className={classNames('table-scroll', className)}>
      <table className="table" aria-labelledby={captionId}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={cellClass(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <TableRows {...props} />
        <TableTotals {...props} />
      </table>
    </section>
  )
  return (
    <div className="min-w-0">
      <p id={captionId} className={captionHidden ? 'sr-only' : 'mb-2 font-semibold'}>
        {caption}
      </p>
      {keyboardRows ? <RowKeys>{table}</RowKeys> : table}
    </div>
  )
}

function TableRows<Row>({ columns, rows, rowKey, detail, keyboardRows }: TableProps<Row>) {
  return (
    <tbody>
      {rows.map((row, position) => {
        const below = detail?.(row)
        return (
          <Fragment key={rowKey(row)}>
            <tr tabIndex={keyboardRows ? (position === 0 ? 0 : -1) : undefined}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.key} scope="row" className={cellClass(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.key} className={cellClass(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
            {below ? (
              <tr>
                <td colSpan={columns.length}>{below}</td>
              </tr>
            ) : null}
          </Fragment>
        )
      })}
    </tbody>
  )
}

function TableTotals<Row>({ columns, totalLabel }: TableProps<Row>) {
  if (totalLabel === undefined) return null
  const firstTotal = columns.findIndex(({ total }) => total !== undefined)
  const labelSpan = firstTotal > 0 ? firstTotal : columns.length
  return (
    <tfoot>
      <tr>
        <th scope="row" colSpan={labelSpan}>
          {totalLabel}
        </th>
        {columns.slice(labelSpan).map((column) => (
          <td key={column.key} className={cellClass(column)}>
            {column.total}
          </td>
        ))}
      </tr>
    </tfoot>
  )
}

function cellClass<Row>(column: Column<Row>): string {
  return classNames(column.align === 'figure' && 'cell-figure', column.nowrap && 'cell-nowrap')
}
