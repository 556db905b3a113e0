'use server'

import { headers } from 'next/headers'
import type { FormState } from '#components/ui/form-state.ts'
import { sayIn } from '#components/vetting-application/say.ts'
import { readSender } from '#lib/auth/read-sender.ts'
import { currentActor } from '#lib/auth/session.ts'
import { answerReference } from '#lib/vetting/answer-reference.ts'
import type { Locale } from '#lib/vetting/types.ts'
import { runApplyForm } from '../../../application/run-apply-form.ts'

/** Keeps a reference's answer; the page then thanks. */
export async function answer(
  token: string,
  locale: Locale,
  _previous: FormState,
  formData: FormData,
): Promise<FormState> {
  return runApplyForm(sayIn(locale), 'reference', formData, async () => {
    const sender = readSender((await headers()).get('x-forwarded-for')) ?? 'unknown'
    await answerReference(await currentActor(), token, Object.fromEntries(formData), sender)
    return { redirectTo: `/references/${token}?lang=${locale}` }
  })
}
