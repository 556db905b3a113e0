import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { listYears, normalizeDates } from './normalize-dates.ts'
import { lineAt, refusedList } from './read-text.ts'
import type { ListedNameKind, ParsedList, ParsedParty } from './types.ts'

type Node = Record<string, unknown>

const FILE = 'consolidated.xml'
const DEPTH_MAX = 20
const LISTS = new Set([
  ...['INDIVIDUAL', 'ENTITY', 'INDIVIDUAL_ALIAS', 'ENTITY_ALIAS', 'NATIONALITY', 'VALUE'],
  ...['INDIVIDUAL_ADDRESS', 'ENTITY_ADDRESS', 'INDIVIDUAL_DATE_OF_BIRTH', 'INDIVIDUAL_DOCUMENT'],
])

/**
 * The consolidated list of the UN Security Council. A name is FIRST_NAME to FOURTH_NAME; aliases say their quality; the
 * name in its own letters stands beside them. Throws `invalid_input` with the line for XML that is not closed or damaged,
 * for another list, and for a party without number or name.
 */
export function parseUn(xml: string, file = FILE): ParsedList {
  const list = readList(xml, file)
  const individuals = all(child(list, 'INDIVIDUALS'), 'INDIVIDUAL')
  const entities = all(child(list, 'ENTITIES'), 'ENTITY')
  if (individuals.length === 0 && entities.length === 0) {
    throw refusedList(file, null, 'there is nobody on this list. Expected INDIVIDUAL and ENTITY elements.')
  }
  const generated = new Date(text(list, '@dateGenerated') ?? '')
  if (Number.isNaN(generated.getTime())) {
    throw refusedList(
      file,
      lineAt(xml, xml.indexOf('<CONSOLIDATED_LIST')),
      'expected the attribute dateGenerated with a date.',
    )
  }
  const parties = [
    ...individuals.map((node) => readParty(node, 'person', xml, file)),
    ...entities.map((node) => readParty(node, 'organization', xml, file)),
  ]
  refuseTwins(parties, xml, file)
  return { parties, rowCount: parties.length, publishedAt: generated }
}

function readList(xml: string, file: string): Node {
  // The UN declares none, and it is where entities that unfold to gigabytes are declared.
  const declared = xml.search(/<!(DOCTYPE|ENTITY)/i)
  if (declared >= 0) throw refusedList(file, lineAt(xml, declared), 'declares a document type, as the UN never does.')
  if (!/<CONSOLIDATED_LIST[\s>]/.test(xml.slice(0, 4_000))) {
    throw refusedList(
      file,
      1,
      'expected the element CONSOLIDATED_LIST of the UN. Is this the list of another publisher?',
    )
  }
  if (!/<\/CONSOLIDATED_LIST>\s*$/.test(xml)) {
    throw refusedList(file, lineAt(xml, xml.length), 'the file is cut off: CONSOLIDATED_LIST is not closed.')
  }
  const checked = XMLValidator.validate(xml)
  if (checked !== true) throw refusedList(file, checked.err.line, `damaged XML: ${checked.err.msg}`)
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    maxNestedTags: DEPTH_MAX,
    isArray: (name) => LISTS.has(name),
  })
  return child(parser.parse(xml) as Node, 'CONSOLIDATED_LIST')
}

function readParty(node: Node, kind: 'person' | 'organization', xml: string, file: string): ParsedParty {
  const number = text(node, 'REFERENCE_NUMBER')
  const dataId = text(node, 'DATAID')
  const name = joined(['FIRST_NAME', 'SECOND_NAME', 'THIRD_NAME', 'FOURTH_NAME'].map((part) => text(node, part)))
  if (!number || !dataId || !name) {
    const place = dataId ? xml.indexOf(`<DATAID>${dataId}<`) : -1
    const line = place < 0 ? null : lineAt(xml, place)
    throw refusedList(file, line, 'expected REFERENCE_NUMBER, DATAID and FIRST_NAME of every party.')
  }
  const prefix = kind === 'person' ? 'INDIVIDUAL' : 'ENTITY'
  return {
    partyId: `un:${number}`,
    source: 'un',
    externalId: number,
    kind,
    names: readNames(node, name, `${prefix}_ALIAS`),
    birthDates: [...new Set(all(node, 'INDIVIDUAL_DATE_OF_BIRTH').flatMap(readBirth))],
    countries: readCountries(node, `${prefix}_ADDRESS`),
    identifiers: all(node, 'INDIVIDUAL_DOCUMENT').flatMap(readDocument),
    programs: [text(node, 'UN_LIST_TYPE')].filter((one) => one !== null),
    remarks: text(node, 'COMMENTS1'),
  }
}

function readNames(node: Node, name: string, aliases: string): ParsedParty['names'] {
  const names = new Map<string, ListedNameKind>([[name, 'primary']])
  const add = (alias: string | null, kind: ListedNameKind) => {
    if (alias && !names.has(alias)) names.set(alias, kind)
  }
  for (const part of (text(node, 'NAME_ORIGINAL_SCRIPT') ?? '').split(/[;؛\n]/)) add(part.trim(), 'original_script')
  for (const alias of all(node, aliases)) {
    // "Low" is the UN's word for an alias that must not stand alone; the others are as good as names.
    add(text(alias, 'ALIAS_NAME'), text(alias, 'QUALITY')?.toLowerCase() === 'low' ? 'weak' : 'strong')
  }
  return Array.from(names, ([one, kind]) => ({ name: one, kind }))
}

function readBirth(node: Node): string[] {
  const exact = text(node, 'DATE') ?? text(node, 'YEAR')
  if (exact) return normalizeDates(exact)
  return listYears(Number(text(node, 'FROM_YEAR')), Number(text(node, 'TO_YEAR')))
}

function readCountries(node: Node, address: string): string[] {
  const nationalities = all(node, 'NATIONALITY').flatMap((one) =>
    all(one, 'VALUE').map((value) => text(value, '#text')),
  )
  const addresses = all(node, address).map((one) => text(one, 'COUNTRY'))
  return [...new Set([...nationalities, ...addresses])].filter((one) => one !== null)
}

function readDocument(node: Node): { type: string; value: string }[] {
  const value = text(node, 'NUMBER')
  const type = text(node, 'TYPE_OF_DOCUMENT') ?? text(node, 'TYPE_OF_DOCUMENT2') ?? ''
  if (!value || !/\d/.test(value) || value.length > 80) return []
  return [{ type: /passe?port|pasaporte/i.test(type) ? 'passport' : 'national_id', value }]
}

function refuseTwins(parties: readonly ParsedParty[], xml: string, file: string): void {
  const seen = new Set<string>()
  for (const { externalId } of parties) {
    if (!seen.has(externalId)) seen.add(externalId)
    else throw refusedList(file, lineAt(xml, xml.lastIndexOf(`>${externalId}<`)), `number ${externalId} stands twice.`)
  }
}

function child(node: Node, name: string): Node {
  const found = node[name]
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Node) : {}
}

function all(node: Node, name: string): Node[] {
  const found = node[name]
  if (!Array.isArray(found)) return []
  return found.map((one: unknown) => (typeof one === 'object' && one !== null ? (one as Node) : { '#text': one }))
}

function text(node: Node, name: string): string | null {
  const found = node[name]
  const own = typeof found === 'object' && found !== null ? (found as Node)['#text'] : found
  return typeof own === 'string' && own.trim() !== '' ? own.trim().replace(/\s+/g, ' ') : null
}

const joined = (parts: readonly (string | null)[]) => parts.filter(Boolean).join(' ')
