'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { checkGift } from '#lib/donations/check-gift.ts'
import { readFrequency } from '#lib/donations/read-choice.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { runForm } from '../../../../run-form.ts'
import { rememberGift } from '../../../donations/return/remember-gift.ts'
import { choiceQuery } from './choice-query.ts'
import { readRequest } from './read-request.ts'

/** Step 1: refused at its fields, or on to step 2 with the amounts in the address. */
export async function chooseGift(slug: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const choice = await checkGift(slug, Object.fromEntries(formData))
    const query = choiceQuery(choice)
    query.set('step', 'giver')
    return { redirectTo: `/campaigns/${encodeURIComponent(slug)}/donate?${query}` }
  })
}

/** Step 2: records the gift, or the pledge of a monthly one, and goes to Stripe's payment page. */
export async function give(slug: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const input = { ...Object.fromEntries(formData), campaignSlug: slug }
    const [actor, request] = [await currentActor(), await readRequest(formData)]
    if (readFrequency(input) === 'monthly') {
      const { token, checkoutUrl } = await startPledge(actor, input, request)
      return rememberGift(token, checkoutUrl)
    }
    const { receiptToken, checkoutUrl } = await startDonation(actor, input, request)
    return rememberGift(receiptToken, checkoutUrl)
  })
}
