'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { setDefence } from '#lib/donations/set-defence.ts'
import { runForm } from '../../../run-form.ts'

export async function setMode(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await setDefence(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/admin/defence')
    return { message: 'It is set, and acts on the next gift.' }
  })
}
