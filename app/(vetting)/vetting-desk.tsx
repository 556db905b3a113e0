import { notFound, redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { DeskShell, type DeskShellProps } from '#components/shell/desk-shell.tsx'
import { currentActor } from '#lib/auth/session.ts'
import type { UserActor } from '#lib/auth/types.ts'

const TABS = [
  { href: '/vetting', label: 'Queue' },
  { href: '/vetting/aid-groups/new', label: 'Nominate' },
  { href: '/vetting/lists', label: 'Lists' },
  { href: '/vetting/purposes', label: 'Words' },
]

type VettingDeskProps = Omit<DeskShellProps, 'desk' | 'tabs'> & { children: ReactNode }

/** The frame of the vetting pages. */
export function VettingDesk({ children, ...rest }: VettingDeskProps) {
  return (
    <DeskShell desk="Vetting" tabs={TABS} {...rest}>
      {children}
    </DeskShell>
  )
}

/** Whoever asks, with any role in a chapter: the whole chapter may see how its aid groups are vetted. */
export async function currentMember(next: string): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user') redirect(`/sign-in?next=${encodeURIComponent(next)}`)
  if (actor.roles.length === 0) notFound()
  return actor
}
