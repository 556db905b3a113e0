import { extractRemarks } from './extract-remarks.ts'
import { readCsv, requireWidth } from './read-csv.ts'
import { refusedList } from './read-text.ts'
import type { ListedNameKind, ParsedList, ParsedParty, PartyKind } from './types.ts'

type OfacFiles = { sdn: string; alt?: string; add?: string }
type Row = { fields: (string | null)[]; line: number }
type Widths = { sdn: 12; alt: 5; add: 6 }

const WIDTHS: Widths = { sdn: 12, alt: 5, add: 6 }
const KINDS: Record<string, PartyKind> = { individual: 'person', vessel: 'vessel', aircraft: 'aircraft' }

/**
 * OFAC's list as it is published in three files without a header: parties, other names, addresses. `-0-` stands for
 * nothing. Weak other names, birth dates and numbers are inside the remarks. Throws `invalid_input` with file and line
 * for a row of another shape, and where a name or address belongs to nobody: the files are then of different days.
 */
export function parseOfac({ sdn, alt, add }: OfacFiles): ParsedList {
  const parties = new Map<string, ParsedParty>()
  let rowCount = eachRow('sdn.csv', sdn, WIDTHS.sdn, (row) => {
    const party = readParty(row)
    if (parties.has(party.externalId))
      throw refusedList('sdn.csv', row.line, `number ${party.externalId} stands twice.`)
    parties.set(party.externalId, party)
  })
  if (alt !== undefined) {
    rowCount += eachRow('alt.csv', alt, WIDTHS.alt, (row) => {
      const party = requireParty(parties, 'alt.csv', row)
      const name = row.fields[3]
      if (!name) throw refusedList('alt.csv', row.line, 'expected a name in column 4.')
      addName(party, name, 'strong')
    })
  }
  if (add !== undefined) {
    rowCount += eachRow('add.csv', add, WIDTHS.add, (row) => {
      const party = requireParty(parties, 'add.csv', row)
      const country = row.fields[4]
      if (country && !party.countries.includes(country)) party.countries.push(country)
    })
  }
  // The three files say nothing of the day they were made.
  return { parties: [...parties.values()], rowCount, publishedAt: null }
}

/** Which of the three files this is, by its name or else by its width. */
export function recognizeOfacFile(name: string, text: string): keyof Widths | null {
  const named = /(^|[^a-z])(sdn|alt|add)\.csv/i.exec(name)?.[2]?.toLowerCase()
  if (named === 'sdn' || named === 'alt' || named === 'add') return named
  const firstLine = text.slice(0, text.indexOf('\n') + 1 || text.length)
  let width = 0
  readCsv(firstLine, { file: name }, (fields) => {
    width = fields.length
  })
  return width === 12 ? 'sdn' : width === 5 ? 'alt' : width === 6 ? 'add' : null
}

function readParty({ fields, line }: Row): ParsedParty {
  const [number, name, type, program, title, callSign, , , , flag, owner, remarks] = fields
  if (!number || !name) throw refusedList('sdn.csv', line, 'expected a number and a name in columns 1 and 2.')
  const facts = extractRemarks(remarks ?? '')
  const party: ParsedParty = {
    partyId: `ofac:${number}`,
    source: 'ofac',
    externalId: number,
    kind: type ? (KINDS[type.toLowerCase()] ?? 'other') : 'organization',
    names: [{ name, kind: 'primary' }],
    birthDates: [...new Set(facts.birthDates)],
    countries: [...new Set([...facts.countries, ...(flag ? [flag] : [])])],
    identifiers: callSign ? [...facts.identifiers, { type: 'call_sign', value: callSign }] : facts.identifiers,
    programs: (program ?? '')
      .split(/\]\s*\[|[[\]]/)
      .map((one) => one.trim())
      .filter(Boolean),
    remarks: [title, owner, remarks].filter(Boolean).join('; ') || null,
  }
  for (const alias of facts.aliases) addName(party, alias, 'weak')
  return party
}

function addName(party: ParsedParty, name: string, kind: ListedNameKind): void {
  const known = party.names.find((other) => other.name === name)
  if (!known) party.names.push({ name, kind })
  else if (known.kind === 'weak') known.kind = kind
}

function requireParty(parties: ReadonlyMap<string, ParsedParty>, file: string, { fields, line }: Row): ParsedParty {
  const party = parties.get(fields[0] ?? '')
  if (party) return party
  throw refusedList(
    file,
    line,
    `belongs to number ${fields[0] ?? '(none)'}, which is not in sdn.csv. Take all three files of the same day.`,
  )
}

function eachRow(file: string, text: string, width: number, onRow: (row: Row) => void): number {
  let count = 0
  readCsv(text, { file, endsWithNewline: true }, (raw, line) => {
    requireWidth(raw, width, file, line)
    const fields = raw.map((field) => (field.trim() === '-0-' || field.trim() === '' ? null : field.trim()))
    if (!/^\d+$/.test(fields[0] ?? '')) {
      throw refusedList(file, line, 'expected a number in the first column, as OFAC publishes the file.')
    }
    count += 1
    onRow({ fields, line })
  })
  if (count === 0) throw refusedList(file, null, 'the file has no rows.')
  return count
}
