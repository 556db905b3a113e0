import type { ReactNode } from 'react'
import { Wordmark } from './wordmark.tsx'

const PLACES = [
  { href: '/campaigns', label: 'Campaigns' },
  { href: '/aid-groups', label: 'Aid groups' },
  { href: '/ledger', label: 'Ledger' },
  { href: '/reports', label: 'Reports' },
]

export type SiteHeaderProps = {
  /** At the end of the line: "Sign in", or the person's desks and "Sign out". Links or small forms. */
  account?: ReactNode
}

/** The head of every page: name, the four public places, and who is here. */
export function SiteHeader({ account }: SiteHeaderProps) {
  return (
    <header className="border-b border-rule bg-sheet print:hidden">
      <div className="mx-auto flex max-w-page flex-wrap items-center justify-between gap-x-8 gap-y-1 px-4 py-2 sm:px-6">
        <Wordmark />
        <div className="order-2 flex min-h-11 items-center gap-4 text-sm sm:order-3">
          {account ?? (
            <a href="/sign-in" className="text-ink">
              Sign in
            </a>
          )}
        </div>
        <nav aria-label="Main" className="order-3 w-full sm:order-2 sm:w-auto sm:flex-1">
          <ul className="flex flex-wrap gap-x-4 text-sm sm:gap-x-6 sm:text-base">
            {PLACES.map(({ href, label }) => (
              <li key={href}>
                <a href={href} className="flex min-h-11 items-center text-ink no-underline hover:underline">
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </header>
  )
}
