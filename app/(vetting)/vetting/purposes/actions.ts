'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { reviewUpdate } from '#lib/campaigns/review-update.ts'
import { reviewPurpose } from '#lib/purposes/review-purpose.ts'
import { runForm } from '../../../run-form.ts'

export async function review(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await reviewPurpose(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting/purposes')
    return { redirectTo: '/vetting/purposes?done=review' }
  })
}

export async function reviewNews(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await reviewUpdate(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting/purposes')
    return { redirectTo: '/vetting/purposes?done=review' }
  })
}
