import { notFound, redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { DeskShell, type DeskShellProps } from '#components/shell/desk-shell.tsx'
import { hasRole } from '#lib/auth/policy.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'

const TABS = [
  { href: '/organizer', label: 'Campaigns' },
  { href: '/organizer/review', label: 'Review' },
  { href: '/vetting', label: 'Aid groups' },
]

type OrganizerDeskProps = Omit<DeskShellProps, 'desk' | 'tabs'> & { children: ReactNode }

/** The frame of the organizers' pages. */
export function OrganizerDesk({ children, ...rest }: OrganizerDeskProps) {
  return (
    <DeskShell desk="Organizer" tabs={TABS} {...rest}>
      {children}
    </DeskShell>
  )
}

/** The organizer or treasurer who asks; treasurers come here to review. Each page asks for itself before it reads. */
export async function currentOrganizer(next: string): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user') redirect(`/sign-in?next=${encodeURIComponent(next)}`)
  if (!actor.roles.some(({ chapterId }) => hasRole(actor, chapterId, 'organizer', 'treasurer'))) notFound()
  return actor
}

/** What a look-up found, or the page for what does not exist. */
export async function foundOr404<T>(lookUp: Promise<T>): Promise<T> {
  try {
    return await lookUp
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  }
}
