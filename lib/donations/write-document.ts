import { join } from 'node:path'
import anyAscii from 'any-ascii'
import PDFDocument from 'pdfkit'

/** One part of a document, from top to bottom. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  /** In a frame: what must not be overlooked. */
  | { kind: 'notice'; text: string }
  /** Facts as pairs, a line each; a strong one is a sum and stands under a rule. */
  | { kind: 'pairs'; rows: { term: string; detail: string; strong?: boolean; figure?: boolean }[] }
  | { kind: 'table'; columns: DocumentColumn[]; rows: string[][]; total?: string[] }

export type DocumentColumn = { header: string; share: number; align?: 'right' }

export type DocumentText = {
  title: string
  /** Above the title: who writes. */
  sender: string[]
  blocks: Block[]
  /** At the foot of each page, before its number. */
  foot: string
  writtenAt: Date
}

type Pdf = PDFKit.PDFDocument
type Part = PDFKit.PDFStructureElement

// Latin, Greek and Cyrillic are in the fonts that a document carries; names in other scripts are spelled out.
const COVERED =
  /^(?:[\u0300-\u036f]|[\n\u0020-\u007e\u00a0-\u024f\u02b0-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u03ff\u0400-\u052f\u1e00-\u1eff\u2009-\u200d\u2010-\u2027\u202f-\u203a\u20a0-\u20bf\u2116\u2122\u2212])$/
const FONTS = join(process.cwd(), 'public', 'fonts', 'pdf')
const SANS = join(FONTS, 'noto-sans-regular.ttf')
const BOLD = join(FONTS, 'noto-sans-bold.ttf')
const SERIF = join(FONTS, 'noto-serif-bold.ttf')
const MARGIN = 56
const WIDTH = 595.28 - 2 * MARGIN
const GAP = 10
const BOTTOM = 841.89 - MARGIN - 24
const INK = '#1c1a16'
const SOFT = '#575142'
const RULE = '#857a63'

/**
 * A document as tagged PDF (PDF/UA-1): its structure, language and title are in it, and so are its fonts. The same text
 * gives the same pages.
 */
export async function writeDocument(text: DocumentText): Promise<Buffer> {
  const pdf = new PDFDocument({
    ...{
      size: 'A4',
      margin: MARGIN,
      pdfVersion: '1.7',
      tagged: true,
      lang: 'en-GB',
      displayTitle: true,
      bufferPages: true,
    },
    // The library is ahead of its types here and at `scope`.
    ...({ subset: 'PDF/UA' } as object),
    font: SANS,
    info: {
      Title: printable(text.title),
      Author: printable(text.sender[0] ?? ''),
      Creator: 'Common Purse',
      CreationDate: text.writtenAt,
    },
  })
  const chunks: Buffer[] = []
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((done, fail) => pdf.on('end', done).on('error', fail))
  const root = pdf.struct('Document')
  pdf.addStructure(root)
  writeHead(pdf, root, text)
  for (const block of text.blocks) writeBlock(pdf, root, block)
  root.end()
  writeFeet(pdf, text.foot)
  pdf.end()
  await ended
  return Buffer.concat(chunks)
}

/** The text with every sign that the fonts lack spelled in Latin letters. */
function printable(text: string): string {
  return Array.from(text.normalize('NFC'), (sign) => (COVERED.test(sign) ? sign : anyAscii(sign))).join('')
}

function writeHead(pdf: Pdf, root: Part, { sender, title }: DocumentText): void {
  for (const line of sender) addText(pdf, root, 'P', line, { size: 10, color: SOFT })
  pdf.moveDown(1.5)
  addText(pdf, root, 'H1', title, { font: SERIF, size: 22 })
  pdf.moveDown(0.6)
}

function writeBlock(pdf: Pdf, root: Part, block: Block): void {
  if (block.kind === 'pairs') writePairs(pdf, root, block.rows)
  else if (block.kind === 'table') writeTable(pdf, root, block)
  else if (block.kind === 'notice') writeNotice(pdf, root, block.text)
  else if (block.kind === 'heading') {
    keepRoom(pdf, 80)
    pdf.moveDown(0.8)
    addText(pdf, root, 'H2', block.text, { font: SERIF, size: 13 })
    pdf.moveDown(0.3)
  } else {
    addText(pdf, root, 'P', block.text, { size: 10 })
    pdf.moveDown(0.6)
  }
}

type Look = { font?: string; size: number; color?: string; x?: number; y?: number; width?: number; align?: 'right' }

function addText(pdf: Pdf, parent: Part, tag: string, text: string, look: Look): void {
  const { font = SANS, size, color = INK, x = MARGIN, y = pdf.y, width = WIDTH, align } = look
  const write = () => {
    const options = { width, lineGap: size * 0.25, ...(align ? { align } : {}) }
    pdf.font(font).fontSize(size).fillColor(color).text(printable(text), x, y, options)
  }
  parent.add(pdf.struct(tag, {}, write))
}

function writeNotice(pdf: Pdf, root: Part, text: string): void {
  const inner = WIDTH - 24
  const height = heightOf(pdf, text, { font: BOLD, size: 11, width: inner }) + 20
  keepRoom(pdf, height + 8)
  const top = pdf.y
  decorate(pdf, () => pdf.lineWidth(1.5).strokeColor(INK).rect(MARGIN, top, WIDTH, height).stroke())
  addText(pdf, root, 'P', text, { font: BOLD, size: 11, x: MARGIN + 12, y: top + 10, width: inner })
  pdf.y = top + height + 12
}

type Pair = Extract<Block, { kind: 'pairs' }>['rows'][number]

function writePairs(pdf: Pdf, root: Part, rows: Pair[]): void {
  const columns: DocumentColumn[] = [
    { header: '', share: 0.36 },
    { header: '', share: 0.64 },
  ]
  const table = pdf.struct('Table')
  root.add(table)
  for (const { term, detail, strong, figure } of rows) {
    const cells = [term, detail].map((text, index) => ({
      ...{ text, tag: index === 0 ? 'TH' : 'TD', scope: 'Row' as const },
      ...{ font: strong ? BOLD : SANS, color: index === 0 && !strong ? SOFT : INK },
      ...(figure && index === 1 ? { align: 'right' as const } : {}),
    }))
    writeRow(pdf, table, { cells, columns, rule: strong ? 1 : 0.4, size: 10 })
  }
  table.end()
  pdf.moveDown(0.8)
}

function writeTable(pdf: Pdf, root: Part, { columns, rows, total }: Extract<Block, { kind: 'table' }>): void {
  const table = pdf.struct('Table')
  root.add(table)
  const head = columns.map(({ header }) => ({
    text: header,
    tag: 'TH',
    scope: 'Column' as const,
    font: BOLD,
    color: INK,
  }))
  const body = rows.map((row) =>
    row.map((text, index) => ({ text, tag: index === 0 ? 'TH' : 'TD', scope: 'Row' as const, font: SANS, color: INK })),
  )
  const sums = total?.map((text, index) => ({
    ...{ text, tag: index === 0 ? 'TH' : 'TD', scope: 'Row' as const, font: BOLD, color: INK },
  }))
  writeRow(pdf, table, { cells: head, columns, rule: 0, size: 9 })
  for (const [index, cells] of body.entries())
    writeRow(pdf, table, { cells, columns, rule: index === 0 ? 1 : 0.4, size: 9 })
  if (sums) writeRow(pdf, table, { cells: sums, columns, rule: 1, size: 9 })
  table.end()
  pdf.moveDown(0.8)
}

type Cell = { text: string; tag: string; scope: 'Row' | 'Column'; font: string; color: string; align?: 'right' }
type Row = { cells: Cell[]; columns: DocumentColumn[]; rule: number; size: number }

/** A row stays on one page; the rule above it is drawn, not told. */
function writeRow(pdf: Pdf, table: Part, { cells, columns, rule, size }: Row): void {
  const places = placesOf(columns)
  const height = Math.max(
    ...cells.map(({ text, font }, index) => heightOf(pdf, text, { font, size, width: places[index]?.width ?? WIDTH })),
  )
  keepRoom(pdf, height + 8)
  const top = pdf.y
  if (rule > 0)
    decorate(pdf, () =>
      pdf
        .lineWidth(rule)
        .strokeColor(RULE)
        .moveTo(MARGIN, top)
        .lineTo(MARGIN + WIDTH, top)
        .stroke(),
    )
  const row = pdf.struct('TR')
  table.add(row)
  for (const [index, { text, tag, scope, font, color, align }] of cells.entries()) {
    const { x, width } = places[index] ?? { x: MARGIN, width: WIDTH }
    const side = align ?? columns[index]?.align
    const look = { font, size, color, x, y: top + 4, width, ...(side ? { align: side } : {}) }
    const cell = pdf.struct(tag, tag === 'TH' ? ({ scope } as object) : {})
    row.add(cell)
    addText(pdf, cell, 'P', text || '\u00a0', look)
    cell.end()
  }
  row.end()
  pdf.y = top + height + 8
}

function placesOf(columns: DocumentColumn[]): { x: number; width: number }[] {
  const whole = columns.reduce((sum, { share }) => sum + share, 0)
  let x = MARGIN
  return columns.map(({ share }, index) => {
    const column = (WIDTH * share) / whole
    const place = { x, width: index === columns.length - 1 ? column : column - GAP }
    x += column
    return place
  })
}

function heightOf(
  pdf: Pdf,
  text: string,
  { font, size, width }: { font: string; size: number; width: number },
): number {
  return pdf
    .font(font)
    .fontSize(size)
    .heightOfString(printable(text || ' '), { width, lineGap: size * 0.25 })
}

function keepRoom(pdf: Pdf, height: number): void {
  if (pdf.y + height > BOTTOM) pdf.addPage()
}

/** Lines and page numbers are no content: whoever listens to the document does not hear them. */
function decorate(pdf: Pdf, draw: () => void): void {
  pdf.markContent('Artifact')
  draw()
  pdf.endMarkedContent()
}

function writeFeet(pdf: Pdf, foot: string): void {
  const { start, count } = pdf.bufferedPageRange()
  for (let index = start; index < start + count; index += 1) {
    pdf.switchToPage(index)
    // Below the margin pdfkit would begin another page.
    pdf.page.margins.bottom = 0
    decorate(pdf, () => {
      pdf.font(SANS).fontSize(8).fillColor(SOFT)
      pdf.text(`${printable(foot)} · ${index + 1} of ${count}`, MARGIN, 841.89 - MARGIN + 8, {
        width: WIDTH,
        lineBreak: false,
      })
    })
  }
}
