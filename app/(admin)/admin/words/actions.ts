'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { addWord } from '#lib/purposes/add-word.ts'
import { retireWord } from '#lib/purposes/retire-word.ts'
import { runForm } from '../../../run-form.ts'

export async function add(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await addWord(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/admin/words')
    return { message: 'It is on the list and acts at once, also on requests that wait. Try a sentence with it above.' }
  })
}

export async function retire(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await retireWord(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: '/admin/words?done=retire#history' }
  })
}
