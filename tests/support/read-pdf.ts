import { inflateSync } from 'node:zlib'

export type ReadPdf = {
  /** What can be copied out of it, in the order it was written, a line for each piece. */
  text: string
  /** Every object with its dictionary as text, streams unpacked. */
  objects: Map<number, string>
  catalog: string
  /** The tags of its structure tree, from the root down and in reading order. */
  tags: string[]
}

/**
 * Reads as much of a PDF (ISO 32000-1) as its tests ask: objects with their streams unpacked, the text by each font's
 * ToUnicode map, and the structure tree. Not a reader for PDFs of strangers.
 */
export function readPdf(bytes: Buffer): ReadPdf {
  const raw = bytes.toString('latin1')
  const objects = new Map<number, string>()
  for (const match of raw.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    objects.set(Number(match[1]), unpack(match[2] ?? ''))
  }
  const catalog = [...objects.values()].find((text) => text.includes('/Type /Catalog')) ?? ''
  return { text: textOf(objects), objects, catalog, tags: tagsOf(objects, catalog) }
}

function unpack(text: string): string {
  const at = text.indexOf('stream\n')
  if (at < 0) return text
  const body = text.slice(at + 7, text.lastIndexOf('\nendstream'))
  const isPacked = text.slice(0, at).includes('/FlateDecode')
  const plain = isPacked ? inflateSync(Buffer.from(body, 'latin1')).toString('latin1') : body
  return `${text.slice(0, at)}stream\n${plain}`
}

function textOf(objects: Map<number, string>): string {
  const lines: string[] = []
  for (const page of objects.values()) {
    if (!/\/Type \/Page\b/.test(page)) continue
    const content = objects.get(referenceIn(page, 'Contents')) ?? ''
    const resources = objects.get(referenceIn(page, 'Resources')) ?? page
    const fonts = new Map<string, Map<string, string>>()
    for (const [, name = '', id] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      fonts.set(name, unicodeOf(objects.get(referenceIn(objects.get(Number(id)) ?? '', 'ToUnicode')) ?? ''))
    }
    let font = new Map<string, string>()
    for (const [, name, strings] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
      if (name) font = fonts.get(name) ?? font
      else
        lines.push([...(strings ?? '').matchAll(/<([0-9a-f]+)>/gi)].map(([, hex = '']) => decode(hex, font)).join(''))
    }
  }
  return lines.join('\n')
}

function referenceIn(dictionary: string, key: string): number {
  return Number(new RegExp(`/${key} (\\d+) 0 R`).exec(dictionary)?.[1] ?? -1)
}

/** The ranges of a ToUnicode map: each starts at a code and lists what its codes mean. */
function unicodeOf(map: string): Map<string, string> {
  const signs = new Map<string, string>()
  for (const [, from = '', list = ''] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/gi)) {
    const first = Number.parseInt(from, 16)
    for (const [index, [, hex = '']] of [...list.matchAll(/<([0-9a-f]*)>/gi)].entries()) {
      const sign = Buffer.from(hex, 'hex').swap16().toString('utf16le')
      signs.set((first + index).toString(16).padStart(4, '0'), sign)
    }
  }
  return signs
}

function decode(hex: string, font: Map<string, string>): string {
  return (hex.toLowerCase().match(/.{4}/g) ?? []).map((code) => font.get(code) ?? '\ufffd').join('')
}

function tagsOf(objects: Map<number, string>, catalog: string): string[] {
  const tags: string[] = []
  const walk = (id: number) => {
    const element = objects.get(id) ?? ''
    const tag = /\/S \/(\w+)/.exec(element)?.[1]
    if (tag) tags.push(tag)
    const kids = /\/K \[([^\]]*)\]/.exec(element)?.[1] ?? ''
    for (const [, kid] of kids.matchAll(/(\d+) 0 R/g)) walk(Number(kid))
  }
  walk(referenceIn(catalog, 'StructTreeRoot'))
  return tags
}
