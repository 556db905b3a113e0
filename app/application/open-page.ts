import { type Say, sayIn } from '#components/vetting-application/say.ts'
import { type OpenApplication, openApplication } from '#lib/vetting/open-application.ts'
import { type ApplicationView, readApplication } from '#lib/vetting/read-application.ts'

export type OpenedPage = OpenApplication & { view: ApplicationView; say: Say }

/** What a page of the application shows, or null for a link that does not open any more. */
export async function openPage(token: string): Promise<OpenedPage | null> {
  const opened = await openApplication(token)
  if (!opened) return null
  return { ...opened, view: await readApplication(opened.actor), say: sayIn(opened.locale) }
}
