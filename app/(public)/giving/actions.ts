'use server'

import { cookies, headers } from 'next/headers'
import type { FormState } from '#components/ui/form-state.ts'
import { readSender } from '#lib/auth/read-sender.ts'
import { currentActor } from '#lib/auth/session.ts'
import { endGivingSession, openGivingLink } from '#lib/donations/open-giving-link.ts'
import { requestGivingLink } from '#lib/donations/request-giving-link.ts'
import { resendOwnReceipt } from '#lib/donations/resend-receipt.ts'
import { AppError } from '#lib/errors.ts'
import { runForm } from '../../run-form.ts'
import { givingCookie, heldSession } from './giving-cookie.ts'

/** Asks for the link; ends on the same page for every address. */
export async function askForLink(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await requestGivingLink(await currentActor(), { email: formData.get('email') }, await sender())
    return { redirectTo: '/giving/check-mail' }
  })
}

/** Uses up the link and puts the session into this browser's cookie. */
export async function openLink(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const session = await openGivingLink(await currentActor(), { token: formData.get('token') }, await sender())
    if (!session) {
      throw new AppError(
        'not_found',
        'This link no longer works: each opens once, and not for ever. Ask for a new one.',
      )
    }
    const { name, options } = givingCookie()
    ;(await cookies()).set(name, session.sessionToken, { ...options, expires: session.expires })
    return { redirectTo: session.landsOn }
  })
}

export async function resendMine(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const input = { donationId: formData.get('donationId'), session: await heldSession() }
    await resendOwnReceipt(await currentActor(), input)
    return { message: 'On its way.' }
  })
}

/** Closes the page in this browser; a copy of the cookie opens nothing any more either. */
export async function closePage(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await endGivingSession(await currentActor(), await heldSession())
    const { name, options } = givingCookie()
    ;(await cookies()).set(name, '', { ...options, maxAge: 0 })
    return { redirectTo: '/giving' }
  })
}

async function sender(): Promise<string | null> {
  return readSender((await headers()).get('x-forwarded-for'))
}
