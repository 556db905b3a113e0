import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** `error`: something failed. `attention`: read this before you go on. `done`: it worked. `note`: worth knowing. */
type AlertKind = 'error' | 'attention' | 'done' | 'note'

const KIND: Record<AlertKind, { box: string; word: string }> = {
  error: { box: 'border-brick bg-brick-wash', word: 'Error' },
  attention: { box: 'border-marigold bg-marigold-wash', word: 'Important' },
  done: { box: 'border-green bg-green-wash', word: 'Done' },
  note: { box: 'border-edge bg-sunk', word: 'Note' },
}

export type AlertProps = { kind: AlertKind; title?: ReactNode; children?: ReactNode; className?: string }

/** A notice that belongs to the page. Says what to do, not only what happened. */
export function Alert({ kind, title, children, className }: AlertProps) {
  return (
    <div
      role={kind === 'error' ? 'alert' : undefined}
      className={classNames('max-w-prose border-l-6 px-4 py-3', KIND[kind].box, className)}
    >
      <span className="sr-only">{KIND[kind].word}: </span>
      {title ? <p className="font-semibold">{title}</p> : null}
      {children}
    </div>
  )
}
