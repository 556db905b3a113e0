import { CATEGORY_COLOUR, CATEGORY_PATTERN } from './aid-category.ts'
import { type CentRange, type PlacedSegment, type PurseSegment, placeRanges, placeSegments } from './purse-segments.ts'

const INK = '#1c1a16'
const SHEET = '#fffdf8'
const MARIGOLD = '#f0a91b'

export type PurseLineSvgOptions = {
  segments: readonly PurseSegment[]
  yourCents?: readonly CentRange[]
  /** Pixels of the whole drawing. */
  width: number
  height: number
  /** Where it stands inside an outer svg. */
  x?: number
  y?: number
  /** Sets the pattern ids apart where an image has several lines. */
  idPrefix?: string
}

/** The band as a string of pure SVG in the light scheme's colours: for link previews, mails and PDF. No text in it. */
export function purseLineSvg(options: PurseLineSvgOptions): string {
  const { segments, yourCents = [], width, height, x = 0, y = 0, idPrefix = 'purse' } = options
  const purse = placeSegments(segments)
  const top = yourCents.length > 0 ? Math.round(height * 0.2) : 2
  const band = height - top - 2
  const unit = Math.max(1, height / 60)
  const place = (percent: number) => ((percent / 100) * (width - 4) + 2).toFixed(2)
  const length = (percent: number) => ((percent / 100) * (width - 4)).toFixed(2)
  const areas = purse.segments.map(
    (segment) =>
      `<rect x="${place(segment.startPercent)}" y="${top}" width="${length(segment.widthPercent)}" height="${band}" ` +
      `fill="url(#${fillId(idPrefix, segment)})" stroke="${SHEET}" stroke-width="${unit}"/>`,
  )
  const marks = placeRanges(yourCents, purse).map(({ startPercent, widthPercent }) => {
    const middle = place(startPercent + widthPercent / 2)
    const half = Math.round(top * 0.6)
    return (
      `<path transform="translate(${middle} ${top})" d="M0 ${half / 2}L${-half} ${-top + 2}H${half}Z" ` +
      `fill="${MARIGOLD}" stroke="${INK}" stroke-width="${unit}" stroke-linejoin="round"/>`
    )
  })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" x="${x}" y="${y}" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}"><defs>${fills(idPrefix, purse.segments, unit)}</defs>${areas.join('')}` +
    `<rect x="2" y="${top}" width="${width - 4}" height="${band}" fill="none" stroke="${INK}" ` +
    `stroke-width="${1.5 * unit}"/>${marks.join('')}</svg>`
  )
}

function fillId(idPrefix: string, { state, category }: PurseSegment): string {
  return `${idPrefix}-${state}-${category ?? 'none'}`
}

function fills(idPrefix: string, segments: readonly PlacedSegment[], unit: number): string {
  const once = new Map(segments.map((segment) => [fillId(idPrefix, segment), segment]))
  return [...once].map(([id, segment]) => fill(id, segment, unit)).join('')
}

function fill(id: string, { state, category }: PurseSegment, unit: number): string {
  const colour = category ? CATEGORY_COLOUR[category] : INK
  const mark = category && state === 'spent' ? CATEGORY_PATTERN[category] : undefined
  const turn = state === 'promised' ? ' rotate(45)' : ''
  const open =
    `<pattern id="${id}" width="${mark?.width ?? 7}" height="${mark?.height ?? 7}" ` +
    `patternUnits="userSpaceOnUse" patternTransform="scale(${unit})${turn}">`
  const ground = `<rect width="20" height="20" fill="${state === 'spent' ? colour : SHEET}"/>`
  const line = (path: string, stroke: string, width: number) =>
    `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round"/>`
  const drawing =
    state === 'promised' ? line('M1.1 0V7', colour, 2.2) : mark ? line(mark.path, SHEET, mark.strokeWidth) : ''
  return `${open}${ground}${drawing}</pattern>`
}
