import type { ReactNode } from 'react'
import { Breadcrumb, type Crumb } from '#components/ui/breadcrumb.tsx'
import { classNames } from '#components/ui/class-names.ts'

export type PageProps = {
  title: ReactNode
  /** One or two sentences below the title. */
  lead?: ReactNode
  crumbs?: Crumb[]
  /** `wide` for tables, `text` for reading and forms. */
  measure?: 'wide' | 'text'
  children?: ReactNode
}

/** A public page: the skip link's target, its one h1, and the measure of its lines. */
export function Page({ title, lead, crumbs, measure = 'wide', children }: PageProps) {
  return (
    <main id="main" tabIndex={-1} className="mx-auto w-full max-w-page flex-1 px-4 py-8 sm:px-6 sm:py-12">
      <div className={classNames('flex flex-col gap-10', measure === 'text' && 'max-w-[44rem]')}>
        <div className="flex flex-col gap-3">
          {crumbs ? <Breadcrumb crumbs={crumbs} /> : null}
          <h1>{title}</h1>
          {lead ? <p className="max-w-prose text-lg text-ink-soft">{lead}</p> : null}
        </div>
        {children}
      </div>
    </main>
  )
}
