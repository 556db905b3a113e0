import type { ReactNode } from 'react'
import { formatMoney } from '#lib/money/format.ts'
import { fillOf } from './purse-fill.tsx'
import { type CentRange, type PlacedPurse, type PlacedSegment, placeRanges } from './purse-segments.ts'
import { segmentName } from './segment-name.ts'

export type PurseBandProps = {
  purse: PlacedPurse
  currency: string
  yourCents: readonly CentRange[]
  idPrefix: string
  title: string
  compact?: boolean
  children?: ReactNode
}

const TENTHS = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
const COUNT = new Intl.NumberFormat('en')

/** The drawing: places in percent, heights in pixels, so that it fits any width and its text keeps its size. */
export function PurseBand({ purse, currency, yourCents, idPrefix, title, compact = false, children }: PurseBandProps) {
  const top = yourCents.length > 0 ? (compact ? 10 : 28) : 2
  const height = compact ? 14 : 48
  const foot = top + height
  const linked = !compact && purse.segments.some(({ href }) => href !== undefined)
  return (
    <svg
      width="100%"
      height={compact ? foot + 2 : foot + 34}
      role={linked ? 'group' : 'img'}
      aria-label={title}
      className="purse-line block overflow-visible"
    >
      {children}
      <rect width="100%" y={top} height={height} className="purse-paper" />
      {purse.segments.map((segment) => (
        <Segment key={String(segment.fromCent)} {...{ segment, currency, idPrefix, top, height, compact }} />
      ))}
      {purse.segments.slice(1).map(({ fromCent, startPercent: x }) => (
        <line key={String(fromCent)} x1={`${x}%`} x2={`${x}%`} y1={top + 1} y2={foot - 1} className="purse-gap" />
      ))}
      <rect width="100%" y={top} height={height} className="purse-edge" />
      {compact ? null : <Ruler purse={purse} foot={foot} />}
      <YourCents {...{ purse, currency, yourCents, top, height, compact }} />
    </svg>
  )
}

type Geometry = { top: number; height: number; compact: boolean }
type SegmentProps = Geometry & { segment: PlacedSegment; currency: string; idPrefix: string }

function Segment({ segment, currency, idPrefix, top, height, compact }: SegmentProps) {
  const name = segmentName(segment, currency)
  const area = (
    <rect
      x={`${segment.startPercent}%`}
      width={`${segment.widthPercent}%`}
      y={top}
      height={height}
      fill={fillOf(idPrefix, segment)}
      className="purse-area"
    />
  )
  if (compact) return area
  const drawing = (
    <>
      <title>{name}</title>
      {area}
    </>
  )
  return (
    <>
      {segment.href === undefined ? (
        <g className="purse-segment">{drawing}</g>
      ) : (
        <a href={segment.href} aria-label={name} className="purse-segment">
          {drawing}
        </a>
      )}
      <text x="0" y={top + height + 26} className="purse-text purse-name">
        {name}
      </text>
    </>
  )
}

function Ruler({ purse: { totalMinor, segments }, foot }: { purse: PlacedPurse; foot: number }) {
  return (
    <g className="figures">
      {TENTHS.map((tenth) => (
        <line
          key={tenth}
          x1={`${tenth}%`}
          x2={`${tenth}%`}
          y1={foot}
          y2={foot + (tenth % 50 === 0 ? 9 : 5)}
          className="purse-tick"
        />
      ))}
      <g className="purse-axis">
        <text x="0" y={foot + 26} className="purse-text">
          {totalMinor > 0n ? 'first cent' : 'no cent yet'}
        </text>
        {totalMinor > 0n ? (
          <text x="100%" y={foot + 26} textAnchor="end" className="purse-text">
            cent no. {COUNT.format(segments.at(-1)?.toCent ?? 0n)}
          </text>
        ) : null}
      </g>
    </g>
  )
}

type YourCentsProps = Geometry & Pick<PurseBandProps, 'purse' | 'currency' | 'yourCents'>

function YourCents({ purse, currency, yourCents, top, height, compact }: YourCentsProps) {
  const places = placeRanges(yourCents, purse)
  const first = places[0]
  if (!first) return null
  const totalMinor = yourCents.reduce((sum, { fromCent, toCent }) => sum + toCent - fromCent, 0n)
  const toTheLeft = first.startPercent > 50
  return (
    <g className="pointer-events-none">
      {places.map(({ startPercent, widthPercent }) => (
        <g key={startPercent}>
          {['under', 'over'].map((layer) => (
            <rect
              key={layer}
              x={`${startPercent}%`}
              width={`${widthPercent}%`}
              y={top - 2}
              height={height + 4}
              className="purse-yours-range"
            />
          ))}
          <svg x={`${startPercent + widthPercent / 2}%`} y={top} overflow="visible" aria-hidden="true">
            <path d={compact ? 'M0 2L-5 -7H5Z' : `M0 4L-8 -10H8Z`} className="purse-yours" />
          </svg>
        </g>
      ))}
      {compact ? null : (
        <svg x={`${first.startPercent + first.widthPercent / 2}%`} y={top} overflow="visible" aria-hidden="true">
          <text x={toTheLeft ? -14 : 14} y="-10" textAnchor={toTheLeft ? 'end' : 'start'} className="purse-yours-text">
            Your {formatMoney(totalMinor, currency)}
          </text>
        </svg>
      )}
    </g>
  )
}
