import { join } from 'node:path'
import anyAscii from 'any-ascii'

export type Pdf = PDFKit.PDFDocument
export type Part = PDFKit.PDFStructureElement

// Latin, Greek and Cyrillic are in the fonts that a document carries; names in other scripts are spelled out.
const COVERED =
  /^(?:[\u0300-\u036f]|[\n\u0020-\u007e\u00a0-\u024f\u02b0-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u03ff\u0400-\u052f\u1e00-\u1eff\u2009-\u200d\u2010-\u2027\u202f-\u203a\u20a0-\u20bf\u2116\u2122\u2212])$/

const FONTS = join(process.cwd(), 'public', 'fonts', 'pdf')
export const SANS = join(FONTS, 'noto-sans-regular.ttf')
export const BOLD = join(FONTS, 'noto-sans-bold.ttf')
export const SERIF = join(FONTS, 'noto-serif-bold.ttf')
export const MARGIN = 56
export const WIDTH = 595.28 - 2 * MARGIN
export const PAGE_HEIGHT = 841.89
const BOTTOM = PAGE_HEIGHT - MARGIN - 24
export const INK = '#1c1a16'
export const SOFT = '#575142'
export const RULE = '#857a63'

/** The text with every sign that the fonts lack spelled in Latin letters. */
export function printable(text: string): string {
  return Array.from(text.normalize('NFC'), (sign) => (COVERED.test(sign) ? sign : anyAscii(sign))).join('')
}

type Look = { font?: string; size: number; color?: string; x?: number; y?: number; width?: number; align?: 'right' }

export function addText(pdf: Pdf, parent: Part, tag: string, text: string, look: Look): void {
  const { font = SANS, size, color = INK, x = MARGIN, y = pdf.y, width = WIDTH, align } = look
  const write = () => {
    const options = { width, lineGap: size * 0.25, ...(align ? { align } : {}) }
    pdf.font(font).fontSize(size).fillColor(color).text(printable(text), x, y, options)
  }
  parent.add(pdf.struct(tag, {}, write))
}

export function heightOf(
  pdf: Pdf,
  text: string,
  { font, size, width }: { font: string; size: number; width: number },
): number {
  return pdf
    .font(font)
    .fontSize(size)
    .heightOfString(printable(text || ' '), { width, lineGap: size * 0.25 })
}

export function keepRoom(pdf: Pdf, height: number): void {
  if (pdf.y + height > BOTTOM) pdf.addPage()
}

/** Lines and page numbers are no content: whoever listens to the document does not hear them. */
export function decorate(pdf: Pdf, draw: () => void): void {
  pdf.markContent('Artifact')
  draw()
  pdf.endMarkedContent()
}
