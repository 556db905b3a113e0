import { type Say, sayIn } from '#components/vetting-application/say.ts'
import { AppError } from '#lib/errors.ts'
import { type OpenApplication, openApplication } from '#lib/vetting/open-application.ts'
import { type ApplicationView, readApplication } from '#lib/vetting/read-application.ts'

export type OpenedPage = OpenApplication & { view: ApplicationView; say: Say }

/** What a page of the application shows, or null for a link that does not open any more. */
export async function openPage(token: string): Promise<OpenedPage | null> {
  const opened = await openApplication(token)
  if (!opened) return null
  return { ...opened, view: await readApplication(opened.actor), say: sayIn(opened.locale) }
}

/** The same for a form. Throws `not_found`. */
export async function openForm(token: string): Promise<OpenApplication & { say: Say }> {
  const opened = await openApplication(token)
  if (!opened) throw new AppError('not_found', 'This link no longer works. Ask the chapter for a new one.')
  return { ...opened, say: sayIn(opened.locale) }
}
