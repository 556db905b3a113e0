import { purseLineSvg } from '#components/purse/purse-line-svg.ts'
import type { PurseSegment } from '#components/purse/purse-segments.ts'
import { formatMoney } from '#lib/money/format.ts'

export type PreviewOptions = {
  title: string
  chapterName: string
  currency: string
  keptMinor: bigint
  goalMinor: bigint
  sentMinor: bigint
  promisedMinor: bigint
  leftMinor: bigint
  segments: readonly PurseSegment[]
}

const PREVIEW_WIDTH = 1200
const PREVIEW_HEIGHT = 630

const MARGIN = 72
const TITLE_CHARACTERS = 34
const TITLE_LINES = 3
const PAPER = '#faf6ed'
const INK = '#1c1a16'
const SOFT = '#575142'
const GREEN = '#0f5132'

/** The picture of a campaign in other people's link previews: title, figures, purse line. Nobody's name is in it. */
export function previewSvg(options: PreviewOptions): string {
  const { title, chapterName, currency, segments } = options
  const money = (amountMinor: bigint) => escapeXml(formatMoney(amountMinor, currency))
  const titleLines = wrap(title).map((line, position) =>
    text(MARGIN, 190 + position * 68, 58, INK, escapeXml(line), true),
  )
  const parts = [
    { label: 'Sent', amountMinor: options.sentMinor },
    { label: 'Promised', amountMinor: options.promisedMinor },
    { label: 'Left', amountMinor: options.leftMinor },
  ].map(({ label, amountMinor }, position) => {
    const x = MARGIN + position * 340
    return text(x, 546, 26, SOFT, label) + text(x, 590, 38, INK, money(amountMinor), true)
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PREVIEW_WIDTH}" height="${PREVIEW_HEIGHT}">`,
    `<rect width="100%" height="100%" fill="${PAPER}"/><rect width="100%" height="14" fill="${GREEN}"/>`,
    text(MARGIN, 100, 28, SOFT, escapeXml(`Common Purse · ${chapterName}`)),
    ...titleLines,
    text(MARGIN, 398, 34, GREEN, `${money(options.keptMinor)} of ${money(options.goalMinor)} raised`, true),
    purseLineSvg({ segments, width: PREVIEW_WIDTH - 2 * MARGIN, height: 76, x: MARGIN, y: 424 }),
    ...parts,
    '</svg>',
  ].join('')
}

function text(x: number, y: number, size: number, fill: string, content: string, serif = false): string {
  const family = serif
    ? 'Source Serif 4, Georgia, Noto Serif, Liberation Serif, serif'
    : 'Noto Sans, Liberation Sans, Arial, sans-serif'
  const weight = serif ? 600 : 400
  return `<text x="${x}" y="${y}" font-family="${family}" font-size="${size}" font-weight="${weight}" fill="${fill}">${content}</text>`
}

/** Breaks at spaces; what does not fit in the lines there are ends in an ellipsis. */
function wrap(title: string): string[] {
  const lines: string[] = []
  for (const word of title.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= TITLE_CHARACTERS)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word.length > TITLE_CHARACTERS ? `${word.slice(0, TITLE_CHARACTERS - 1)}…` : word)
  }
  const shown = lines.slice(0, TITLE_LINES)
  const last = shown.at(-1)
  if (lines.length > TITLE_LINES && last !== undefined)
    shown[TITLE_LINES - 1] = `${last.slice(0, TITLE_CHARACTERS - 1)}…`
  return shown
}

// What XML cannot hold at all (controls, halves of surrogate pairs) would make the whole picture fail.
function escapeXml(raw: string): string {
  return raw
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
