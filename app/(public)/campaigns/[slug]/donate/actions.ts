'use server'

import { cookies } from 'next/headers'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { checkGift } from '#lib/donations/check-gift.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { env } from '#lib/env.ts'
import { runForm } from '../../../../run-form.ts'
import { GIFT_COOKIE } from '../../../donations/return/gift-cookie.ts'
import { readRequest } from './read-request.ts'

const DAY_SECONDS = 86_400

/** Step 1: refused at its fields, or on to step 2 with the amounts in the address. */
export async function chooseGift(slug: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { amount, coverFee, tip } = await checkGift(slug, Object.fromEntries(formData))
    const query = new URLSearchParams({ step: 'giver', amount, tip })
    if (coverFee) query.set('coverFee', 'yes')
    return { redirectTo: `/campaigns/${encodeURIComponent(slug)}/donate?${query}` }
  })
}

/** Step 2: records the gift and goes to Stripe's payment page. */
export async function give(slug: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const input = { ...Object.fromEntries(formData), campaignSlug: slug }
    const { receiptToken, checkoutUrl } = await startDonation(await currentActor(), input, await readRequest(formData))
    // Only the browser that began the gift is led to its receipt; the address of the return page may be seen by others.
    const secure = env().APP_URL.startsWith('https:')
    const shared = { httpOnly: true, sameSite: 'lax', secure, path: '/donations/return', maxAge: DAY_SECONDS } as const
    ;(await cookies()).set(GIFT_COOKIE, receiptToken, shared)
    return { redirectTo: checkoutUrl }
  })
}
