import type { ReactNode } from 'react'
import { Breadcrumb, type Crumb } from '#components/ui/breadcrumb.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { type Tab, Tabs } from '#components/ui/tabs.tsx'

/** The next thing to do: a link, a form of one button, or the reason why there is none now. */
export type NextAction =
  | { kind: 'link'; href: string; label: string }
  | { kind: 'form'; form: ReactNode }
  | { kind: 'unavailable'; label: string; reason: ReactNode }

export type DeskShellProps = {
  /** Whose desk and of what: "Treasurer, Lisbon chapter". */
  desk: ReactNode
  title: ReactNode
  crumbs?: Crumb[]
  /** The desk's rooms; `current` is the href of the open one. */
  tabs: Tab[]
  current: string
  /** The one primary action of the page, always in this corner. */
  nextAction?: NextAction
  /** A StatusSentence. */
  status?: ReactNode
  children: ReactNode
}

/** The frame of every desk page. */
export function DeskShell({ desk, title, crumbs, tabs, current, nextAction, status, children }: DeskShellProps) {
  return (
    <main id="main" tabIndex={-1} className="mx-auto flex w-full max-w-page flex-1 flex-col gap-6 px-4 py-6 sm:px-6">
      <div className="flex flex-col gap-2">
        <p className="text-sm text-ink-soft">{desk}</p>
        <Tabs label="Desk" tabs={tabs} current={current} />
      </div>
      <div className="flex flex-wrap items-start justify-between gap-x-8 gap-y-4">
        <div className="flex min-w-0 flex-col gap-2">
          {crumbs ? <Breadcrumb crumbs={crumbs} /> : null}
          <h1 className="text-2xl">{title}</h1>
          {status}
        </div>
        {nextAction ? <ActionCorner action={nextAction} /> : null}
      </div>
      {children}
    </main>
  )
}

function ActionCorner({ action }: { action: NextAction }) {
  if (action.kind === 'form') return action.form
  if (action.kind === 'link') return <LinkButton href={action.href}>{action.label}</LinkButton>
  return (
    <div className="flex max-w-80 flex-col gap-1">
      <button
        type="button"
        aria-disabled="true"
        aria-describedby="next-action-reason"
        className="min-h-11 cursor-not-allowed rounded-md border-2 border-dashed border-edge bg-sunk px-5 py-2 font-semibold text-ink-soft"
      >
        {action.label}
      </button>
      <p id="next-action-reason" className="text-sm">
        {action.reason}
      </p>
    </div>
  )
}
