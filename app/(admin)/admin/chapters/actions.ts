'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { openChapter } from '#lib/campaigns/open-chapter.ts'
import { updateReceiptSettings } from '#lib/campaigns/update-receipt-settings.ts'
import { sendYearSummaries } from '#lib/donations/send-year-summaries.ts'
import { runForm } from '../../../run-form.ts'

export async function open(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await openChapter(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: '/admin' }
  })
}

export async function saveReceipts(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await updateReceiptSettings(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/admin/chapters')
    return { redirectTo: `/admin/chapters/${formData.get('chapterId')}?saved=receipts#history` }
  })
}

export async function sendSummaries(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await sendYearSummaries(await currentActor(), Object.fromEntries(formData))
    return { message: 'The summaries are being mailed. Load the page again to see how many are out.' }
  })
}
