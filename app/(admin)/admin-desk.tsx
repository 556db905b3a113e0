import { notFound, redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { DeskShell, type DeskShellProps } from '#components/shell/desk-shell.tsx'
import { currentActor } from '#lib/auth/session.ts'
import type { UserActor } from '#lib/auth/types.ts'

const TABS = [
  { href: '/admin', label: 'Overview' },
  { href: '/admin/people', label: 'People' },
  { href: '/admin/chapters', label: 'Open a chapter' },
  { href: '/admin/defence', label: 'Stolen cards' },
  { href: '/admin/words', label: 'Words' },
  { href: '/mailbox', label: 'Mailbox' },
]

type AdminDeskProps = Pick<DeskShellProps, 'title' | 'current' | 'nextAction'> & { children: ReactNode }

/** The frame of the administrators' pages. */
export function AdminDesk({ children, ...rest }: AdminDeskProps) {
  return (
    <DeskShell desk="Administrator of this instance" tabs={TABS} {...rest}>
      {children}
    </DeskShell>
  )
}

/** The administrator who asks; a guest signs in and comes back, and to others the page at `path` does not exist. */
export async function currentAdmin(path: string): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user') redirect(`/sign-in?next=${path}`)
  if (!actor.isAdmin) notFound()
  return actor
}
