'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { recordExchange } from '#lib/donations/record-exchange.ts'
import { reverseExchange } from '#lib/donations/reverse-exchange.ts'
import { runForm } from '../../../run-form.ts'

export async function record(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await recordExchange(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: '/treasurer/exchanges?done=record' }
  })
}

export async function takeBack(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await reverseExchange(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: '/treasurer/exchanges?done=back' }
  })
}
