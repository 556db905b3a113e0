'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { recordHandRefund } from '#lib/donations/record-hand-refund.ts'
import { requestRefund } from '#lib/donations/request-refund.ts'
import { resendReceipt } from '#lib/donations/resend-receipt.ts'
import { returnHandRefund } from '#lib/donations/return-hand-refund.ts'
import { runForm } from '../../../../run-form.ts'

export async function refund(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await requestRefund(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `/treasurer/donations/${encodeURIComponent(String(formData.get('donationId')))}?done=refund` }
  })
}

export async function giveBack(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await recordHandRefund(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `/treasurer/donations/${encodeURIComponent(String(formData.get('donationId')))}?done=hand` }
  })
}

export async function cameBack(donationId: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await returnHandRefund(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `/treasurer/donations/${encodeURIComponent(donationId)}?done=back` }
  })
}

export async function resend(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await resendReceipt(await currentActor(), Object.fromEntries(formData))
    return { message: 'The receipt is on its way.' }
  })
}
