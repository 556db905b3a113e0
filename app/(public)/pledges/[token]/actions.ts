'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { cancelPledge } from '#lib/donations/cancel-pledge.ts'
import { changePledge } from '#lib/donations/change-pledge.ts'
import { pausePledge, resumePledge } from '#lib/donations/pause-pledge.ts'
import { startCardChange } from '#lib/donations/replace-card.ts'
import { requestPledgeRefund } from '#lib/donations/request-pledge-refund.ts'
import { restorePledge } from '#lib/donations/restore-pledge.ts'
import { UNTIL_RESUMED } from '#lib/donations/schema.ts'
import { runForm } from '../../../run-form.ts'
import { readRequest } from '../../campaigns/[slug]/donate/read-request.ts'
import { rememberGift } from '../../donations/return/remember-gift.ts'

// The token in the address is the key; each action opens the pledge with it again.

export async function change(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await changePledge(await currentActor(), { ...Object.fromEntries(formData), token })
    return backTo(token, 'change')
  })
}

export async function pause(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { until, how } = Object.fromEntries(formData)
    await pausePledge(await currentActor(), { token, until: how === 'open' ? UNTIL_RESUMED : until })
    return backTo(token, 'pause')
  })
}

export async function resume(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await resumePledge(await currentActor(), { token })
    return backTo(token, 'resume')
  })
}

/** To Stripe's page for another card. */
export async function replaceCard(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const input = { token, submissionKey: formData.get('submissionKey') }
    const { checkoutUrl } = await startCardChange(await currentActor(), input, await readRequest(formData))
    return rememberGift(token, checkoutUrl)
  })
}

/** To Stripe's page on which a lapsed pledge begins again. */
export async function restore(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { checkoutUrl } = await restorePledge(await currentActor(), { token }, await readRequest(formData))
    return rememberGift(token, checkoutUrl)
  })
}

export async function cancel(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await cancelPledge(await currentActor(), { token })
    return backTo(token, 'cancel')
  })
}

export async function askRefund(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await requestPledgeRefund(await currentActor(), { token, donationId: String(formData.get('donationId')) })
    return backTo(token, 'refund')
  })
}

function backTo(token: string, done: string): { redirectTo: string } {
  return { redirectTo: `/pledges/${token}?done=${done}` }
}
