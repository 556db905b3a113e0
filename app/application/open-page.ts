import { type Say, sayIn } from '#components/vetting-application/say.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { ApplicantActor, UserActor } from '#lib/auth/types.ts'
import { openApplication } from '#lib/vetting/open-application.ts'
import { type ApplicationView, readApplication } from '#lib/vetting/read-application.ts'
import type { Locale } from '#lib/vetting/types.ts'

/** Who writes an application now, and where its pages are: at its link, or at the desk of its chapter. */
export type Opened = {
  actor: ApplicantActor | UserActor
  aidGroupId: string
  locale: Locale
  /** When the link closes; null at the desk. */
  closesAt: Date | null
  submittedAt: Date | null
  /** The address of the overview; the parts lie below it. */
  base: string
  say: Say
}

export type OpenedPage = Opened & { door: string; view: ApplicationView }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Opens an application by the token of its link, or by the aid group's id for whoever is signed in; what they may do is
 * decided by each read and write. Null for a link that does not open any more, and for nobody at the desk.
 */
export async function openDoor(door: string): Promise<Opened | null> {
  const visitor = await currentActor()
  if (UUID.test(door)) {
    if (visitor.kind !== 'user') return null
    const base = `/vetting/aid-groups/${door}/application`
    const facts = { aidGroupId: door, locale: 'en', closesAt: null, submittedAt: null } as const
    return { actor: visitor, ...facts, base, say: sayIn('en') }
  }
  const opened = await openApplication(door, visitor)
  return opened && { ...opened, base: `/apply/${door}`, say: sayIn(opened.locale) }
}

/** The same for the pages of links: an id in the place of a token opens nothing there. */
export async function openLinkPage(token: string): Promise<OpenedPage | null> {
  return UUID.test(token) ? null : await openPage(token)
}

/** What a page of the application shows, or null where its door does not open. */
export async function openPage(door: string): Promise<OpenedPage | null> {
  const opened = await openDoor(door)
  if (!opened) return null
  return { ...opened, door, view: await readApplication(opened.actor, opened.aidGroupId) }
}
