import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type FigureProps = {
  label: ReactNode
  /** A <Money/> or a number. */
  value: ReactNode
  /** A few words below: "of $20,000.00", "at 12:00 UTC". */
  note?: ReactNode
  size?: 'large' | 'medium'
}

/** One big number with what it counts. Goes in a Figures list. */
export function Figure({ label, value, note, size = 'medium' }: FigureProps) {
  return (
    <div className={classNames('flex flex-col', size === 'large' && 'col-span-2')}>
      <dt className="text-sm text-ink-soft">{label}</dt>
      <dd
        className={classNames(
          'figures font-serif font-semibold leading-tight',
          size === 'large' ? 'text-2xl sm:text-3xl' : 'text-xl',
        )}
      >
        {value}
      </dd>
      {note ? <dd className="text-sm text-ink-soft">{note}</dd> : null}
    </div>
  )
}

/** A row of figures; wraps on a phone. */
export function Figures({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-2 gap-x-10 gap-y-4 sm:flex sm:flex-wrap">{children}</dl>
}
