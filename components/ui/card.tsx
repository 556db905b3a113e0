import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type CardProps = {
  title?: ReactNode
  /** Makes the whole title a link; the card then is one item of a list. */
  href?: string
  /** Small line above the title: whose it is, where, which state. */
  kicker?: ReactNode
  /** A line at the bottom, kept there when cards stand side by side. */
  footer?: ReactNode
  children?: ReactNode
  headingLevel?: 2 | 3
  className?: string
}

/** A sheet of paper on the page: for items in a list. For a section of a page use Panel. */
export function Card({ title, href, kicker, footer, children, headingLevel = 3, className }: CardProps) {
  const Heading = `h${headingLevel}` as const
  return (
    <article className={classNames('flex flex-col gap-3 rounded-md border border-rule bg-sheet p-5', className)}>
      {kicker ? <div className="text-sm text-ink-soft">{kicker}</div> : null}
      {title ? <Heading>{href ? <a href={href}>{title}</a> : title}</Heading> : null}
      {children}
      {footer ? <div className="mt-auto pt-2 text-sm">{footer}</div> : null}
    </article>
  )
}

export type PanelProps = {
  /** The id of the heading too; a link can point to it. */
  id: string
  title: ReactNode
  /** Stands at the end of the heading's line: a link or a small button. */
  aside?: ReactNode
  /** One or two sentences below the heading. */
  intro?: ReactNode
  children: ReactNode
  /** `plain` has a rule above it; `sheet` is boxed. */
  look?: 'plain' | 'sheet'
  className?: string
}

/** A section of a page, named by its heading. */
export function Panel({ id, title, aside, intro, children, look = 'plain', className }: PanelProps) {
  return (
    <section
      aria-labelledby={id}
      className={classNames(
        look === 'sheet' ? 'rounded-md border border-rule bg-sheet p-4 sm:p-6' : 'border-t border-ink pt-4',
        className,
      )}
    >
      <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-2">
        <h2 id={id}>{title}</h2>
        {aside ? <div className="text-sm">{aside}</div> : null}
      </div>
      {intro ? <p className="mb-4 max-w-prose text-ink-soft">{intro}</p> : null}
      {children}
    </section>
  )
}
