import { CsvError, parse } from 'csv-parse/sync'
import { refusedList } from './read-text.ts'

type CsvOptions = {
  file: string
  delimiter?: ',' | ';'
  fromLine?: number
  endsWithNewline?: boolean
  /** A quote inside a field that does not begin with one is a letter like any other. */
  hasBareQuotes?: boolean
}

/**
 * Hands each row of a CSV file to `onRow` with its line, so that a list of a hundred thousand rows is never held as
 * rows. Quoted fields may have line breaks. Throws `invalid_input` with file and line where quotes do not close or, when
 * `endsWithNewline` is asked for, where the last line is cut off.
 */
export function readCsv(text: string, options: CsvOptions, onRow: (fields: string[], line: number) => void): void {
  const { file, delimiter = ',', fromLine = 1, endsWithNewline = false, hasBareQuotes = false } = options
  // The publisher of some lists still ends files with the sign CP/M ended files with.
  const whole = text.endsWith('\x1a') ? text.slice(0, -1) : text
  if (endsWithNewline && !whole.endsWith('\n')) {
    const last = whole.split('\n').length
    throw refusedList(file, last, 'the last line is cut off: it does not end. Take the whole file again.')
  }
  try {
    parse(whole, {
      delimiter,
      from_line: fromLine,
      bom: true,
      relax_column_count: true,
      relax_quotes: hasBareQuotes,
      skip_empty_lines: true,
      on_record: (fields: string[], { lines }) => {
        onRow(fields, lines)
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error['lines'] === 'number' ? error['lines'] : null
    throw refusedList(file, line, quoteProblem(error.code))
  }
}

function quoteProblem(code: string): string {
  return code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'a quoted field begins and never ends; the file is cut off or damaged there.'
    : 'a quote stands where none may stand; the file is damaged there.'
}

/** The columns of a header by name, or a refusal that says which are missing. */
export function findColumns<Name extends string>(
  header: readonly string[],
  names: readonly Name[],
  file: string,
  line: number,
): Record<Name, number> {
  const places = new Map(header.map((title, place) => [title.trim().toLowerCase(), place]))
  const missing = names.filter((name) => !places.has(name.toLowerCase()))
  if (missing.length > 0) {
    throw refusedList(file, line, `expected columns named ${missing.map((name) => `"${name}"`).join(', ')}.`)
  }
  return Object.fromEntries(names.map((name) => [name, places.get(name.toLowerCase()) ?? -1])) as Record<Name, number>
}

/** Refuses a row that is shorter or longer than the others. */
export function requireWidth(fields: readonly string[], width: number, file: string, line: number): void {
  if (fields.length === width) return
  throw refusedList(
    file,
    line,
    `expected ${width} columns, found ${fields.length}. The file is cut off or damaged there.`,
  )
}
