import { listYears, normalizeDates } from './normalize-dates.ts'
import { findColumns, readCsv, requireWidth } from './read-csv.ts'
import { refusedList } from './read-text.ts'
import type { ListedNameKind, ParsedList, ParsedParty } from './types.ts'

const COLUMNS = [
  ...(['fileGenerationDate', 'Entity_LogicalId', 'Entity_Remark', 'Entity_SubjectType'] as const),
  ...(['Entity_Regulation_Programme', 'NameAlias_WholeName', 'NameAlias_FirstName', 'NameAlias_MiddleName'] as const),
  ...(['NameAlias_LastName', 'Address_CountryDescription', 'BirthDate_BirthDate', 'BirthDate_Year'] as const),
  ...(['BirthDate_YearRangeFrom', 'BirthDate_YearRangeTo', 'Identification_Number'] as const),
  ...(['Identification_TypeCode', 'Citizenship_CountryDescription'] as const),
] as const
type Column = (typeof COLUMNS)[number]
type Read = (column: Column) => string

const PERSON = /^p(erson)?$/i
/** Codes of the EU for the numbers by which somebody is told apart. */
const NUMBERS: Record<string, string> = {
  ...{ passport: 'passport', diplomatic: 'passport', id: 'national_id', ssn: 'national_id' },
  ...{ regnumber: 'registration', fiscalcode: 'tax', swiftbic: 'bic', imo: 'vessel' },
}

/**
 * The EU's consolidated list as CSV 1.1: semicolons, a header, one row for each name, address, birth date, document or
 * citizenship of a party, told apart by Entity_LogicalId. Throws `invalid_input` with file and line.
 */
export function parseEu(csv: string, file = 'eu.csv'): ParsedList {
  const parties = new Map<string, ParsedParty>()
  let columns: Record<Column, number> | null = null
  let width = 0
  let rowCount = 0
  let publishedAt: Date | null = null
  readCsv(csv, { file, delimiter: ';', endsWithNewline: true, hasBareQuotes: true }, (raw, line) => {
    if (!columns) {
      columns = findColumns(raw, COLUMNS, file, line)
      width = raw.length
      return
    }
    const places = columns
    const fields = raw.length === width + 1 && raw.at(-1) === '' ? raw.slice(0, -1) : raw
    requireWidth(fields, width, file, line)
    const read: Read = (column) => (fields[places[column]] ?? '').trim()
    const number = read('Entity_LogicalId')
    if (!/^\d+$/.test(number)) throw refusedList(file, line, 'expected a number in Entity_LogicalId.')
    publishedAt ??= readDay(read('fileGenerationDate'), file, line)
    rowCount += 1
    addRow(parties, number, read)
  })
  if (rowCount === 0) throw refusedList(file, null, 'there is nobody on this list: no rows under the header.')
  const nameless = [...parties.values()].find(({ names }) => names.length === 0)
  if (nameless) throw refusedList(file, null, `party ${nameless.externalId} has no name in any of its rows.`)
  return { parties: [...parties.values()], rowCount, publishedAt }
}

function addRow(parties: Map<string, ParsedParty>, number: string, read: Read): void {
  const party = parties.get(number) ?? newParty(number, read)
  parties.set(number, party)
  const parts = [read('NameAlias_FirstName'), read('NameAlias_MiddleName'), read('NameAlias_LastName')]
  addName(party, read('NameAlias_WholeName') || parts.filter(Boolean).join(' '))
  addOnce(party.programs, [read('Entity_Regulation_Programme')])
  addOnce(
    party.countries,
    [read('Citizenship_CountryDescription'), read('Address_CountryDescription')].filter((one) => one !== 'UNKNOWN'),
  )
  addOnce(party.birthDates, readBirth(read))
  const value = read('Identification_Number')
  const type = NUMBERS[read('Identification_TypeCode').toLowerCase()] ?? 'other'
  if (/\d/.test(value) && value.length <= 80 && !party.identifiers.some((one) => one.value === value)) {
    party.identifiers.push({ type, value })
  }
}

function newParty(number: string, read: Read): ParsedParty {
  return {
    ...{ partyId: `eu:${number}`, source: 'eu', externalId: number },
    kind: PERSON.test(read('Entity_SubjectType')) ? 'person' : 'organization',
    ...{ names: [], birthDates: [], countries: [], identifiers: [], programs: [] },
    remarks: read('Entity_Remark') || null,
  }
}

function addName(party: ParsedParty, name: string): void {
  if (name === '' || party.names.some((known) => known.name === name)) return
  const isLatin = /\p{Script=Latin}/u.test(name)
  const kind: ListedNameKind = !isLatin
    ? 'original_script'
    : party.names.some((one) => one.kind === 'primary')
      ? 'strong'
      : 'primary'
  party.names.push({ name, kind })
}

function readBirth(read: Read): string[] {
  const dates = normalizeDates(read('BirthDate_BirthDate') || read('BirthDate_Year'))
  if (dates.length > 0) return dates
  return listYears(Number(read('BirthDate_YearRangeFrom')), Number(read('BirthDate_YearRangeTo')))
}

function readDay(text: string, file: string, line: number): Date {
  const [day] = normalizeDates(text)
  if (day?.length !== 10) throw refusedList(file, line, 'expected a date like 23/11/2026 in fileGenerationDate.')
  return new Date(`${day}T00:00:00Z`)
}

/** Adds what is there and not known yet. */
export function addOnce(known: string[], more: readonly string[]): void {
  for (const one of more) if (one !== '' && !known.includes(one)) known.push(one)
}
