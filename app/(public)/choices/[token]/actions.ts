'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { answerAgain } from '#lib/holds/answer-again.ts'
import { answerChoice } from '#lib/holds/answer-choice.ts'
import { runForm } from '../../../run-form.ts'

// The token in the address is the key; the write opens the choice with it again.

export async function choose(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await answerChoice(await currentActor(), { token, choice: formData.get('choice') })
    return { redirectTo: `/choices/${encodeURIComponent(token)}?done=yes` }
  })
}

export async function chooseAgain(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await answerAgain(await currentActor(), { token, choice: formData.get('choice') })
    return { redirectTo: `/choices/${encodeURIComponent(token)}?done=again` }
  })
}
