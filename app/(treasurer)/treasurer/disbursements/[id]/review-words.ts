'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { reviewPurpose } from '#lib/purposes/review-purpose.ts'
import { runForm } from '../../../../run-form.ts'

export async function reviewWords(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await reviewPurpose(await currentActor(), Object.fromEntries(formData))
    const id = encodeURIComponent(String(formData.get('disbursementId')))
    return { redirectTo: `/treasurer/disbursements/${id}?done=words#words` }
  })
}
