'use client'

import type { KeyboardEvent, ReactNode } from 'react'

/** Listens to the keys of the focusable rows inside it; is nothing itself. */
const LISTENER = { onKeyDown: moveRow }

/** Arrow keys, Home and End move between the rows of the table inside; Enter opens the row's first link. */
export function RowKeys({ children }: { children: ReactNode }) {
  return <div {...LISTENER}>{children}</div>
}

function moveRow(event: KeyboardEvent<HTMLElement>) {
  const row = event.target
  if (!(row instanceof HTMLTableRowElement)) return
  const rows = [...event.currentTarget.querySelectorAll<HTMLTableRowElement>('tbody > tr[tabindex]')]
  const at = rows.indexOf(row)
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key]
  if (event.key === 'Enter') row.querySelector<HTMLElement>('a[href], summary')?.click()
  const next = target === undefined ? undefined : rows[target]
  if (!next) return
  event.preventDefault()
  row.tabIndex = -1
  next.tabIndex = 0
  next.focus()
}
