import { parseEu } from './parse-eu.ts'
import { parseOfac, recognizeOfacFile } from './parse-ofac.ts'
import { parseOpensanctions } from './parse-opensanctions.ts'
import { parseUk } from './parse-uk.ts'
import { parseUn } from './parse-un.ts'
import { type ListFile, readText, refusedList } from './read-text.ts'
import type { ListSource, ParsedList } from './types.ts'

/** The publishers' names, as sentences have them. */
export const PUBLISHERS: Record<ListSource, string> = {
  ...{ ofac: 'OFAC', un: 'the UN', eu: 'the EU', uk: 'the UK', opensanctions: 'OpenSanctions' },
  demonstration: 'the demonstration',
}

/** Reads the files of one publisher, whole, or throws `invalid_input` with file, line and what was expected. */
export function parseList(source: ListSource, files: readonly ListFile[]): ParsedList {
  if (source === 'ofac') return parseOfacFiles(files)
  const [file, second] = files
  if (!file) throw refusedList('files', null, 'choose the file of the list.')
  if (second) throw refusedList(second.name, null, `the list of ${PUBLISHERS[source]} is one file.`)
  const text = readText(file)
  refuseOtherPublisher(source, file.name, text)
  if (source === 'un') return parseUn(text, file.name)
  if (source === 'eu') return parseEu(text, file.name)
  if (source === 'uk') return parseUk(text, file.name)
  return parseOpensanctions(text, file.name, source)
}

function parseOfacFiles(files: readonly ListFile[]): ParsedList {
  const texts: Partial<Record<'sdn' | 'alt' | 'add', string>> = {}
  for (const file of files) {
    // OFAC writes ASCII and now and then a letter of Windows-1252.
    const text = readText(file, { windows1252: true })
    refuseOtherPublisher('ofac', file.name, text)
    const part = recognizeOfacFile(file.name, text)
    if (part === null)
      throw refusedList(file.name, 1, 'expected 12, 5 or 6 columns, as sdn.csv, alt.csv and add.csv have.')
    if (texts[part] !== undefined) throw refusedList(file.name, null, `there are two files that are ${part}.csv.`)
    texts[part] = text
  }
  const { sdn, alt, add } = texts
  for (const part of ['sdn', 'alt', 'add'] as const) {
    if (texts[part] === undefined) throw refusedList(`${part}.csv`, null, `is missing. ${MISSING[part]}`)
  }
  return parseOfac({ sdn: sdn ?? '', ...(alt === undefined ? {} : { alt }), ...(add === undefined ? {} : { add }) })
}

const MISSING = {
  sdn: 'It has the parties themselves.',
  alt: 'Without it nobody is found under another name.',
  add: 'Without it the countries are missing.',
}

/** Says whose list it is, where a person took the wrong one: a list under another name would look like a change of all. */
function refuseOtherPublisher(source: ListSource, file: string, text: string): void {
  const looksLike = recognizeSource(text)
  if (looksLike === null || looksLike === source) return
  if (source === 'demonstration' && looksLike === 'opensanctions') return
  throw refusedList(
    file,
    1,
    `expected the list of ${PUBLISHERS[source]}; this is the list of ${PUBLISHERS[looksLike]}.`,
  )
}

/** Whose list a text is, by how it begins. */
export function recognizeSource(text: string): ListSource | null {
  const head = text.slice(0, 4_000)
  if (/<CONSOLIDATED_LIST[\s>]/.test(head)) return 'un'
  if (/^fileGenerationDate;|;Entity_LogicalId;/m.test(head)) return 'eu'
  if (/^"?Report Date/i.test(head)) return 'uk'
  if (/^"?id"?,"?schema"?,"?name"?/.test(head)) return 'opensanctions'
  return /^\d+,("|\d)/.test(head) && head.includes('-0-') ? 'ofac' : null
}
