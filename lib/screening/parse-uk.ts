import { normalizeDates } from './normalize-dates.ts'
import { addOnce } from './parse-eu.ts'
import { findColumns, readCsv, requireWidth } from './read-csv.ts'
import { refusedList } from './read-text.ts'
import type { ListedNameKind, ParsedList, ParsedParty, PartyKind } from './types.ts'

const COLUMNS = [
  ...([
    'Unique ID',
    'Name 1',
    'Name 2',
    'Name 3',
    'Name 4',
    'Name 5',
    'Name 6',
    'Name type',
    'Alias strength',
  ] as const),
  ...([
    'Name non-latin script',
    'Regime Name',
    'Designation Type',
    'Other Information',
    'Address Country',
    'D.O.B',
  ] as const),
  ...([
    'Nationality(/ies)',
    'National Identifier number',
    'Passport number',
    'Business registration number (s)',
  ] as const),
  'IMO number',
] as const
type Column = (typeof COLUMNS)[number]
type Read = (column: Column) => string

const KINDS: Record<string, PartyKind> = { individual: 'person', entity: 'organization', ship: 'vessel' }
// A surname or an organization's whole name is "Name 6", whatever stands before it.
const NAME_PARTS = ['Name 1', 'Name 2', 'Name 3', 'Name 4', 'Name 5', 'Name 6'] as const
const NUMBERS = [
  ['Passport number', 'passport'],
  ['National Identifier number', 'national_id'],
  ['Business registration number (s)', 'registration'],
  ['IMO number', 'vessel'],
] as const

/**
 * The UK Sanctions List as CSV: a line with the report's date, a header, one row for each name, address or number of a
 * party, told apart by "Unique ID". (OFSI's consolidated list, with a "Group ID", is no longer published.) Throws
 * `invalid_input` with file and line.
 */
export function parseUk(csv: string, file = 'uk.csv'): ParsedList {
  const parties = new Map<string, ParsedParty>()
  let columns: Record<Column, number> | null = null
  let publishedAt: Date | null = null
  let width = 0
  let rowCount = 0
  readCsv(csv, { file }, (fields, line) => {
    if (!publishedAt) {
      publishedAt = readReportDate(fields, file, line)
    } else if (!columns) {
      columns = findColumns(fields, COLUMNS, file, line)
      width = fields.length
    } else {
      requireWidth(fields, width, file, line)
      const places = columns
      rowCount += 1
      addRow(parties, (column) => (fields[places[column]] ?? '').trim(), file, line)
    }
  })
  if (rowCount === 0) throw refusedList(file, null, 'there is nobody on this list: no rows under the header.')
  const nameless = [...parties.values()].find(({ names }) => names.length === 0)
  if (nameless) throw refusedList(file, null, `party ${nameless.externalId} has no name in any of its rows.`)
  return { parties: [...parties.values()], rowCount, publishedAt }
}

function readReportDate(fields: readonly string[], file: string, line: number): Date {
  const first = fields.filter(Boolean).join(' ').trim()
  if (/^Last Updated\b/i.test(first) && fields.length <= 3) {
    throw refusedList(file, line, "this is OFSI's consolidated list, which was retired. Take the UK Sanctions List.")
  }
  const written = /^Report Date:?\s*(.+)$/i.exec(first)?.[1]
  const [day] = normalizeDates((written ?? '').trim().replaceAll('-', ' '))
  if (day?.length === 10) return new Date(`${day}T00:00:00Z`)
  throw refusedList(file, line, 'expected a first line like "Report Date: 24-Jun-2026".')
}

function addRow(parties: Map<string, ParsedParty>, read: Read, file: string, line: number): void {
  const id = read('Unique ID')
  if (id === '') throw refusedList(file, line, 'expected a "Unique ID" in every row.')
  const party = parties.get(id) ?? newParty(id, read)
  parties.set(id, party)
  const name = NAME_PARTS.map(read).filter(Boolean).join(' ')
  if (name !== '') addName(party, name, nameKind(read))
  const original = read('Name non-latin script')
  if (original !== '') addName(party, original, 'original_script')
  addOnce(party.birthDates, read('D.O.B').split(/[|;]/).flatMap(normalizeDates))
  addOnce(party.countries, [
    ...read('Nationality(/ies)')
      .split(/[|;,/]/)
      .map((one) => one.replace(/^\(\d+\)/, '').trim()),
    read('Address Country'),
  ])
  addOnce(party.programs, [read('Regime Name')])
  for (const [column, type] of NUMBERS) {
    // The UK writes a ship's number with the letters before it, the others without.
    const value = type === 'vessel' ? read(column).replace(/^IMO\s*/i, '') : read(column)
    if (/\d/.test(value) && value.length <= 80 && !party.identifiers.some((one) => one.value === value)) {
      party.identifiers.push({ type, value })
    }
  }
}

function newParty(id: string, read: Read): ParsedParty {
  return {
    ...{ partyId: `uk:${id}`, source: 'uk', externalId: id },
    kind: KINDS[read('Designation Type').toLowerCase()] ?? 'other',
    ...{ names: [], birthDates: [], countries: [], identifiers: [], programs: [] },
    remarks: read('Other Information') || null,
  }
}

function nameKind(read: Read): ListedNameKind {
  const type = read('Name type').toLowerCase()
  if (type === 'primary name') return 'primary'
  return /low|weak/i.test(read('Alias strength')) ? 'weak' : 'strong'
}

function addName(party: ParsedParty, name: string, kind: ListedNameKind): void {
  const known = party.names.find((one) => one.name === name)
  if (!known) party.names.push({ name, kind })
  else if (kind === 'primary' || (known.kind === 'weak' && kind === 'strong')) known.kind = kind
}
