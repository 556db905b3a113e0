'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { recordOfflineGift } from '#lib/donations/record-offline-gift.ts'
import { reverseOfflineGift } from '#lib/donations/reverse-offline-gift.ts'
import { runForm } from '../../../run-form.ts'

export async function record(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await recordOfflineGift(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: '/treasurer/offline-gifts?done=record' }
  })
}

export async function takeBack(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await reverseOfflineGift(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: '/treasurer/offline-gifts?done=back' }
  })
}
