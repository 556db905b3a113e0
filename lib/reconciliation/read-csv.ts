import { parse } from 'csv-parse/sync'
import { AppError } from '#lib/errors.ts'
import { readAmount } from './read-amount.ts'
import { readText, refusedFile } from './read-text.ts'
import type { CsvMapping, ParsedLine, ParsedStatement } from './types.ts'

const LINES_MAX = 100_000
const COLUMNS_SHOWN_MAX = 20
type ColumnName =
  | 'date'
  | 'valueDate'
  | 'amount'
  | 'debit'
  | 'credit'
  | 'text'
  | 'counterparty'
  | 'reference'
  | 'balance'
type Columns = Partial<Record<ColumnName, number>>

/**
 * A bank's CSV as its account's mapping reads it. Where a column has the balance after each line, the statement has
 * balances too. Throws `invalid_input` at the field of the mapping that does not fit, or at `file` with the line.
 */
export function readCsv(bytes: Uint8Array, mapping: CsvMapping, currency: string): ParsedStatement {
  const rows = readRows(readText(bytes, mapping.encoding), mapping)
  const heads = rows[mapping.skipLines - 1] ?? []
  const columns = findColumns(mapping, heads, rows[mapping.skipLines] ?? heads)
  const records = rows
    .slice(mapping.skipLines)
    .map((cells, index) => ({ cells, number: index + mapping.skipLines + 1 }))
  const lines = records
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ cells, number }) => readRecord({ cells, number }, columns, mapping, currency))
  if (lines.length === 0) throw refusedFile('This file has no lines below its headings.')
  const days = lines.map(({ line }) => line.bookedOn).sort()
  const balances = readBalances(lines)
  return {
    format: 'csv',
    reference: null,
    fromOn: days[0] ?? '',
    toOn: days.at(-1) ?? '',
    account: null,
    currency,
    openingMinor: balances?.openingMinor ?? null,
    closingMinor: balances?.closingMinor ?? null,
    balanceCurrency: balances ? currency : null,
    lines: lines.map(({ line }) => line).filter(({ amountMinor }) => amountMinor !== 0n),
  }
}

function readRows(text: string, mapping: CsvMapping): string[][] {
  let rows: string[][]
  try {
    rows = parse(text, {
      delimiter: mapping.delimiter,
      bom: true,
      relax_column_count: true,
      relax_quotes: false,
      skip_empty_lines: true,
      to: LINES_MAX + mapping.skipLines + 1,
    })
  } catch (error) {
    const line = (error as { lines?: number }).lines
    throw refusedFile(
      `This file is cut off or damaged${line === undefined ? '' : ` near line ${line}`}: a quoted text does not end.`,
    )
  }
  if (rows.length > LINES_MAX + mapping.skipLines)
    throw refusedFile('This file has more than 100,000 lines. Import a shorter time.')
  if (rows.length === 0) throw refusedFile('This file is empty.')
  return rows
}

/** A column by its heading, whatever the case, or by its number. */
function findColumns(mapping: CsvMapping, heads: readonly string[], sample: readonly string[]): Columns {
  const wanted: ColumnName[] = [
    'date',
    'valueDate',
    ...(mapping.amounts === 'signed' ? (['amount'] as const) : (['debit', 'credit'] as const)),
    'text',
    'counterparty',
    'reference',
    'balance',
  ]
  const names = heads.map((head) => head.trim().toLowerCase())
  const columns: Columns = {}
  const fieldErrors: Record<string, string[]> = {}
  for (const name of wanted) {
    const said = mapping[name].trim()
    if (said === '') continue
    const byHead = names.indexOf(said.toLowerCase())
    const byNumber = /^\d{1,3}$/.test(said) ? Number(said) - 1 : -1
    const at = byHead >= 0 ? byHead : byNumber
    if (at < 0 || at >= Math.max(sample.length, heads.length)) fieldErrors[name] = [noColumn(heads)]
    else columns[name] = at
  }
  if (Object.keys(fieldErrors).length > 0)
    throw new AppError('invalid_input', 'The file does not have the columns that were named. Nothing was changed.', {
      fieldErrors,
    })
  return columns
}

function noColumn(heads: readonly string[]): string {
  const shown = heads.slice(0, COLUMNS_SHOWN_MAX).map((head, index) => `${index + 1} ${head.trim().slice(0, 40)}`)
  return `This file has no such column. It has: ${shown.join(', ')}. Is the separator right?`
}

type Row = { cells: string[]; number: number }
type ReadRow = { line: ParsedLine; balanceMinor: bigint | null }

function readRecord({ cells, number }: Row, columns: Columns, mapping: CsvMapping, currency: string): ReadRow {
  const cell = (name: ColumnName) => (columns[name] === undefined ? '' : (cells[columns[name]] ?? '').trim())
  const bookedOn = readDay(cell('date'), mapping.dateFormat)
  if (bookedOn === null)
    throw fieldOf('dateFormat', `Line ${number}: “${cell('date').slice(0, 30)}” is not a day as ${mapping.dateFormat}.`)
  const amountOf = (name: 'amount' | 'debit' | 'credit' | 'balance') => {
    const minor = readAmount(cell(name), currency, mapping.decimal)
    if (minor === null)
      throw fieldOf(
        'decimal',
        `Line ${number}: “${cell(name).slice(0, 30)}” is not an amount in ${currency} with this decimal sign.`,
      )
    return minor
  }
  const given = (name: 'debit' | 'credit') => (cell(name) === '' ? 0n : amountOf(name))
  // A column of money out is written with and without a minus; either way it went out.
  const outMinor = mapping.amounts === 'split' ? given('debit') : 0n
  const amountMinor =
    mapping.amounts === 'signed' ? amountOf('amount') : given('credit') - (outMinor < 0n ? -outMinor : outMinor)
  return {
    line: {
      ...{ bookedOn, amountMinor, currency },
      valuedOn: readDay(cell('valueDate'), mapping.dateFormat),
      counterparty: cell('counterparty').slice(0, 300) || null,
      remittance: cell('text').slice(0, 2_000),
      reference: cell('reference').slice(0, 200) || null,
      bankReference: null,
      bankCode: null,
    },
    balanceMinor: columns.balance === undefined || cell('balance') === '' ? null : amountOf('balance'),
  }
}

/** From the balance after each line; the file may begin with its oldest line or with its newest. */
function readBalances(rows: readonly ReadRow[]): { openingMinor: bigint; closingMinor: bigint } | null {
  const first = rows[0]
  const last = rows.at(-1)
  if (!first || !last || first.balanceMinor === null || last.balanceMinor === null) return null
  const sumMinor = rows.reduce((sum, { line }) => sum + line.amountMinor, 0n)
  const forward = { openingMinor: first.balanceMinor - first.line.amountMinor, closingMinor: last.balanceMinor }
  if (forward.openingMinor + sumMinor === forward.closingMinor) return forward
  return { openingMinor: last.balanceMinor - last.line.amountMinor, closingMinor: first.balanceMinor }
}

function readDay(text: string, format: CsvMapping['dateFormat']): string | null {
  if (format === 'YYYYMMDD') return checkedDay(/^(\d{4})(\d{2})(\d{2})$/.exec(text), [1, 2, 3])
  if (format === 'YYYY-MM-DD') return checkedDay(/^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(text), [1, 2, 3])
  const sign = format === 'DD.MM.YYYY' ? '[.-]' : '[/-]'
  const shape = new RegExp(`^(\\d{1,2})${sign}(\\d{1,2})${sign}(\\d{4}|\\d{2})(?:\\D.*)?$`).exec(text)
  return checkedDay(shape, format === 'MM/DD/YYYY' ? [3, 1, 2] : [3, 2, 1])
}

function checkedDay(match: RegExpExecArray | null, [year, month, day]: [number, number, number]): string | null {
  if (!match) return null
  const full = (match[year] ?? '').length === 2 ? `20${match[year]}` : (match[year] ?? '')
  const text = `${full}-${(match[month] ?? '').padStart(2, '0')}-${(match[day] ?? '').padStart(2, '0')}`
  const at = new Date(`${text}T00:00:00Z`)
  return Number.isNaN(at.getTime()) || !at.toISOString().startsWith(text) ? null : text
}

function fieldOf(field: string, message: string): AppError {
  return new AppError('invalid_input', 'This file was not imported, and nothing was changed.', {
    fieldErrors: { [field]: [message] },
  })
}
