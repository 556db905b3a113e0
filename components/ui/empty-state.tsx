import type { ReactNode } from 'react'

export type EmptyStateProps = {
  /** What would be here: "No disbursements yet". */
  title: string
  /** When something will be here, or what to do for it. */
  children?: ReactNode
  /** A LinkButton. */
  action?: ReactNode
}

/** In the place of a list that has nothing in it. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-start gap-2 border border-dashed border-edge px-5 py-6">
      <p className="font-serif text-lg font-semibold">{title}</p>
      {children ? <p className="max-w-prose text-ink-soft">{children}</p> : null}
      {action}
    </div>
  )
}
