import { fillOf, type PurseLook } from '#components/purse/purse-fill.tsx'
import { classNames } from '#components/ui/class-names.ts'

export type BarProps = {
  idPrefix: string
  /** From left to right; percent of the longest bar of the chart. */
  parts: readonly { key: string; look: PurseLook; percent: number }[]
  className?: string
}

/** One bar of a chart. The figure beside it and the chart's table say the same, so it is hidden from screen readers. */
export function Bar({ idPrefix, parts, className }: BarProps) {
  const placed = parts.map((part, position) => ({
    ...part,
    start: parts.slice(0, position).reduce((total, { percent }) => total + percent, 0),
  }))
  return (
    <svg width="100%" height="22" aria-hidden="true" className={classNames('block', className)}>
      {placed.map(({ key, look, percent, start }) =>
        percent > 0 ? (
          <g key={key}>
            <rect x={`${start}%`} width={`${percent}%`} y="1" height="20" fill={fillOf(idPrefix, look)} />
            <rect x={`${start}%`} width={`${percent}%`} y="1" height="20" className="purse-edge" />
          </g>
        ) : null,
      )}
      <line x1="0.5" x2="0.5" y1="0" y2="22" className="stroke-ink" />
    </svg>
  )
}
