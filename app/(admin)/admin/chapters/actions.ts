'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { openChapter } from '#lib/campaigns/open-chapter.ts'
import { runForm } from '../../../run-form.ts'

export async function open(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await openChapter(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: '/admin' }
  })
}
