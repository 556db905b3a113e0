'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { requestRefund } from '#lib/donations/request-refund.ts'
import { resendReceipt } from '#lib/donations/resend-receipt.ts'
import { runForm } from '../../../../run-form.ts'

export async function refund(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await requestRefund(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `/treasurer/donations/${encodeURIComponent(String(formData.get('donationId')))}?done=refund` }
  })
}

export async function resend(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await resendReceipt(await currentActor(), Object.fromEntries(formData))
    return { message: 'The receipt is on its way.' }
  })
}
