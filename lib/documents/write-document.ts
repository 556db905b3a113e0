import PDFDocument from 'pdfkit'
import { type Pair, type TableText, writePairs, writeTable } from './write-rows.ts'
import {
  addText,
  BOLD,
  decorate,
  heightOf,
  INK,
  keepRoom,
  MARGIN,
  PAGE_HEIGHT,
  type Part,
  type Pdf,
  printable,
  SANS,
  SERIF,
  SOFT,
  WIDTH,
} from './write-text.ts'

/** One part of a document, from top to bottom. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string }
  /** In a frame: what must not be overlooked. */
  | { kind: 'notice'; text: string }
  | { kind: 'pairs'; rows: Pair[] }
  | ({ kind: 'table' } & TableText)

export type DocumentText = {
  title: string
  /** Above the title: who writes. */
  sender: string[]
  blocks: Block[]
  /** At the foot of each page, before its number. */
  foot: string
  writtenAt: Date
}

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

function writeNotice(pdf: Pdf, root: Part, text: string): void {
  const inner = WIDTH - 24
  const height = heightOf(pdf, text, { font: BOLD, size: 11, width: inner }) + 20
  keepRoom(pdf, height + 8)
  const top = pdf.y
  decorate(pdf, () => pdf.lineWidth(1.5).strokeColor(INK).rect(MARGIN, top, WIDTH, height).stroke())
  addText(pdf, root, 'P', text, { font: BOLD, size: 11, x: MARGIN + 12, y: top + 10, width: inner })
  pdf.y = top + height + 12
}

function writeFeet(pdf: Pdf, foot: string): void {
  const { start, count } = pdf.bufferedPageRange()
  for (let index = start; index < start + count; index += 1) {
    pdf.switchToPage(index)
    // Below the margin pdfkit would begin another page.
    pdf.page.margins.bottom = 0
    decorate(pdf, () => {
      pdf.font(SANS).fontSize(8).fillColor(SOFT)
      pdf.text(`${printable(foot)} · ${index + 1} of ${count}`, MARGIN, PAGE_HEIGHT - MARGIN + 8, {
        width: WIDTH,
        lineBreak: false,
      })
    })
  }
}
