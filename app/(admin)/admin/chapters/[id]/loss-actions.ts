'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { setLossPolicy } from '#lib/donations/set-loss-policy.ts'
import { runForm } from '../../../../run-form.ts'

export async function saveLossPolicy(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await setLossPolicy(await currentActor(), Object.fromEntries(formData))
    return { message: 'Saved. It counts for what is posted from now on.' }
  })
}
