import { classNames } from './class-names.ts'

const WIDTHS = ['w-full', 'w-11/12', 'w-4/5', 'w-full', 'w-2/3']

/** Stands where text or rows will be; does not move. `label` says what is loading. */
export function Skeleton({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div role="status" className="flex flex-col gap-2">
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((key, line) => (
        <div key={key} aria-hidden="true" className={classNames('skeleton h-5', WIDTHS[line % WIDTHS.length])} />
      ))}
    </div>
  )
}
