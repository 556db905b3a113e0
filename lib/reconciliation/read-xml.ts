import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { refusedFile } from './read-text.ts'

const DEPTH_MAX = 60

/** An element: its children by name, its attributes with an @ before them, its own text as `#text`. */
export type Node = Record<string, unknown>

/**
 * Well-formed XML as objects, with names free of their namespace. `lists` are the elements that may stand several times.
 * Throws `invalid_input` at `file` for what is cut off, damaged, too deep, or declares entities.
 */
export function readXml(file: string, lists: ReadonlySet<string>): Node {
  // No bank writes one, and it is where entities that unfold to gigabytes are declared.
  if (/<!(DOCTYPE|ENTITY)/i.test(file))
    throw refusedFile('This file declares a document type, as no statement of a bank does.')
  const checked = XMLValidator.validate(file)
  if (checked !== true) throw refusedFile(`This file is cut off or damaged near line ${checked.err.line}.`)
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    parseTagValue: false,
    parseAttributeValue: false,
    maxNestedTags: DEPTH_MAX,
    isArray: (name) => lists.has(name),
  })
  try {
    return parser.parse(file) as Node
  } catch {
    throw refusedFile('This file is not a statement as banks write them.')
  }
}

/** The first element of this name; an empty one where there is none. */
export function child(node: Node, name: string): Node {
  const found = node[name]
  const first: unknown = Array.isArray(found) ? found[0] : found
  return typeof first === 'object' && first !== null ? (first as Node) : {}
}

/** Every element of this name, which must be one of the lists. */
export function all(node: Node, name: string): Node[] {
  const found = node[name]
  return Array.isArray(found)
    ? found.map((one: unknown) => (typeof one === 'object' && one !== null ? (one as Node) : { '#text': one }))
    : []
}

/** The words of the first element of this name, or null. */
export function text(node: Node, name: string): string | null {
  const found = node[name]
  const words = ownText(Array.isArray(found) ? found[0] : found)
  return words === '' ? null : words
}

/** An element's own words. */
export function ownText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim()
  return typeof value === 'object' && value !== null ? ownText((value as Node)['#text'] ?? null) : null
}

/** An attribute of an element. */
export function attribute(value: unknown, name: string): string | null {
  return typeof value === 'object' && value !== null ? ownText((value as Node)[`@${name}`]) : null
}
