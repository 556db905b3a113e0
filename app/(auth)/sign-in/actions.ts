'use server'

import { headers } from 'next/headers'
import type { FormState } from '#components/ui/form-state.ts'
import { readSender } from '#lib/auth/read-sender.ts'
import { requestSignIn } from '#lib/auth/request-sign-in.ts'
import { currentActor } from '#lib/auth/session.ts'
import { runForm } from '../../run-form.ts'

/** Asks for a sign-in link; ends on the same page for every address. */
export async function signIn(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { email, next } = Object.fromEntries(formData)
    await requestSignIn(
      await currentActor(),
      { email, next },
      readSender((await headers()).get('x-forwarded-for')) ?? 'unknown',
    )
    return { redirectTo: '/sign-in/check-mail' }
  })
}
