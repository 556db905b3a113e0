import { normalizeDates } from './normalize-dates.ts'
import { findColumns, readCsv, requireWidth } from './read-csv.ts'
import { refusedList } from './read-text.ts'
import type { ParsedList, ParsedParty, PartyKind } from './types.ts'

const COLUMNS = [
  ...(['id', 'schema', 'name', 'aliases', 'birth_date', 'countries', 'addresses', 'identifiers', 'sanctions'] as const),
  ...(['phones', 'emails', 'dataset', 'first_seen', 'last_seen', 'last_change'] as const),
] as const
type Column = (typeof COLUMNS)[number]

const KINDS: Record<string, PartyKind> = {
  ...{ Person: 'person', Organization: 'organization', Company: 'organization', LegalEntity: 'organization' },
  ...{ PublicBody: 'organization', Vessel: 'vessel', Airplane: 'aircraft' },
}

/**
 * OpenSanctions' `targets.simple.csv`: a header, one row for each party, several values in one field with semicolons
 * between them. The demonstration's invented list has the same form. The newest `last_seen` is the list's date. Throws
 * `invalid_input` with file and line.
 */
export function parseOpensanctions(csv: string, file = 'targets.simple.csv', source = 'opensanctions'): ParsedList {
  const parties = new Map<string, ParsedParty>()
  let columns: Record<Column, number> | null = null
  let width = 0
  let lastSeen = ''
  readCsv(csv, { file, endsWithNewline: true }, (fields, line) => {
    if (!columns) {
      columns = findColumns(fields, COLUMNS, file, line)
      width = fields.length
      return
    }
    requireWidth(fields, width, file, line)
    const places = columns
    const read = (column: Column) => (fields[places[column]] ?? '').trim()
    if (read('id') === '' || read('name') === '')
      throw refusedList(file, line, 'expected an id and a name in every row.')
    if (parties.has(read('id'))) throw refusedList(file, line, `id ${read('id')} stands twice.`)
    parties.set(read('id'), readParty(read, source))
    if (read('last_seen') > lastSeen) lastSeen = read('last_seen')
  })
  if (parties.size === 0) throw refusedList(file, null, 'there is nobody on this list: no rows under the header.')
  const seenAt = new Date(/Z$|[+-]\d\d:?\d\d$/.test(lastSeen) || lastSeen.length === 10 ? lastSeen : `${lastSeen}Z`)
  return {
    parties: [...parties.values()],
    rowCount: parties.size,
    publishedAt: Number.isNaN(seenAt.getTime()) ? null : seenAt,
  }
}

function readParty(read: (column: Column) => string, source: string): ParsedParty {
  const name = read('name')
  const aliases = splitValues(read('aliases')).filter((alias) => alias !== name)
  return {
    ...{ partyId: `${source}:${read('id')}`, source, externalId: read('id'), kind: KINDS[read('schema')] ?? 'other' },
    names: [
      { name, kind: 'primary' },
      ...[...new Set(aliases)].map((alias) => ({
        name: alias,
        kind: /\p{Script=Latin}/u.test(alias) ? ('strong' as const) : ('original_script' as const),
      })),
    ],
    birthDates: [...new Set(splitValues(read('birth_date')).flatMap(normalizeDates))],
    countries: [...new Set(splitValues(read('countries')))],
    identifiers: [...new Set(splitValues(read('identifiers')))]
      .filter((value) => value.length <= 80)
      .map((value) => ({ type: 'other', value })),
    programs: [...new Set(splitValues(read('dataset')))],
    remarks: read('sanctions') || null,
  }
}

/** Values between semicolons; one that has a semicolon in it stands in quotes of its own. */
function splitValues(field: string): string[] {
  const values = field.match(/"(?:[^"]|"")*"|[^;]+/g) ?? []
  return values
    .map((value) =>
      value
        .trim()
        .replace(/^"(.*)"$/s, '$1')
        .replaceAll('""', '"')
        .trim(),
    )
    .filter(Boolean)
}
