'use server'

import { headers } from 'next/headers'
import type { FormState } from '#components/ui/form-state.ts'
import { requestSignIn } from '#lib/auth/request-sign-in.ts'
import { currentActor } from '#lib/auth/session.ts'
import { runForm } from '../../run-form.ts'

/** Asks for a sign-in link; ends on the same page for every address. */
export async function signIn(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { email, next } = Object.fromEntries(formData)
    await requestSignIn(await currentActor(), { email, next }, senderAddress((await headers()).get('x-forwarded-for')))
    return { redirectTo: '/sign-in/check-mail' }
  })
}

/** The last hop is the one our own reverse proxy (or Next itself) wrote; a client can invent those before it. */
function senderAddress(forwardedFor: string | null): string {
  return forwardedFor?.split(',').at(-1)?.trim() ?? 'unknown'
}
