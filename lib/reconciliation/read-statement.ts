import { toDecimalString } from '#lib/money/format.ts'
import { FILE_BYTES_MAX } from '#lib/storage/inspect-file.ts'
import { camtToStatement, readCamt } from './read-camt.ts'
import { readCsv } from './read-csv.ts'
import { readOfx } from './read-ofx.ts'
import { refusedFile } from './read-text.ts'
import type { CsvMapping, ParsedStatement, StatementFormat } from './types.ts'

/**
 * What kind of statement a file is, by its first bytes: never by its name, and not by the type the browser sent.
 * Throws `invalid_input` at `file` for an empty or too large one.
 */
export function detectFormat(bytes: Uint8Array): StatementFormat {
  if (bytes.length === 0) throw refusedFile('This file is empty. Choose another one.')
  if (bytes.length > FILE_BYTES_MAX) throw refusedFile('This file is larger than 10 MB. Import a shorter time.')
  const head = Buffer.from(bytes.subarray(0, 1_000)).toString('latin1').replaceAll('\0', '')
  if (['%PDF', 'PK', '\x89PNG', '\xff\xd8\xff'].some((mark) => head.startsWith(mark))) {
    throw refusedFile('This is a document or a picture. Export the statement from the bank as CAMT.053, OFX or CSV.')
  }
  if (/OFXHEADER|<OFX>/i.test(head)) return 'ofx'
  return /^[^<]{0,10}<(\?xml|([A-Za-z0-9]+:)?Document[\s>])/.test(head) ? 'camt.053' : 'csv'
}

/** The statements of a file. A CSV needs its mapping; `currency` is the account's, since a CSV does not say its own. */
export function readStatements(bytes: Uint8Array, currency: string, mapping: CsvMapping | null): ParsedStatement[] {
  const format = detectFormat(bytes)
  if (format === 'camt.053') return readCamt(bytes).map(camtToStatement)
  if (format === 'ofx') return readOfx(bytes)
  if (mapping === null)
    throw refusedFile('This is a CSV: say below which column is what. It is asked once for each account.')
  return [readCsv(bytes, mapping, currency)]
}

/** Throws `invalid_input` for a statement that contradicts itself or is in another currency than the account. */
export function requireSound(statement: ParsedStatement, currency: string): void {
  const other = [statement.currency, statement.balanceCurrency, ...statement.lines.map((line) => line.currency)].find(
    (used) => used !== null && used !== currency,
  )
  if (other !== undefined) throw refusedFile(`This statement is in ${other}; the account is kept in ${currency}.`)
  const outside = statement.lines.find(({ bookedOn }) => bookedOn < '1990-01-01' || bookedOn > '2100-01-01')
  if (outside)
    throw refusedFile(`A line of this statement is of ${outside.bookedOn}. Check the way its days are written.`)
  const { openingMinor, closingMinor, lines } = statement
  if (openingMinor === null || closingMinor === null) return
  const sumMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n)
  if (openingMinor + sumMinor === closingMinor) return
  const show = (minor: bigint) => toDecimalString(minor, currency)
  throw refusedFile(
    `The balances do not add up: ${show(openingMinor)} and lines of ${show(sumMinor)} make ${show(openingMinor + sumMinor)}, the statement says ${show(closingMinor)}. Lines are missing from this file.`,
  )
}
