'use server'

import { headers } from 'next/headers'
import type { FormState } from '#components/ui/form-state.ts'
import { sayIn } from '#components/vetting-application/say.ts'
import { readSender } from '#lib/auth/read-sender.ts'
import { currentActor } from '#lib/auth/session.ts'
import { startApplication } from '#lib/vetting/start-application.ts'
import { runApplyForm } from '../../application/run-apply-form.ts'

/** Asks for a link; ends on the same page for every address and name. */
export async function start(_previous: FormState, formData: FormData): Promise<FormState> {
  const locale = formData.get('locale') === 'uk' ? 'uk' : 'en'
  return runApplyForm(sayIn(locale), 'start', formData, async () => {
    const sender = readSender((await headers()).get('x-forwarded-for')) ?? 'unknown'
    await startApplication(await currentActor(), { ...Object.fromEntries(formData), locale }, sender)
    return { redirectTo: `/apply/check-mail?lang=${locale}` }
  })
}
