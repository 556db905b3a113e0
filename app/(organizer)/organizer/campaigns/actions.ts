'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { Actor } from '#lib/auth/types.ts'
import { closeCampaign } from '#lib/campaigns/close-campaign.ts'
import { createCampaign } from '#lib/campaigns/create-campaign.ts'
import { pauseCampaign, resumeCampaign } from '#lib/campaigns/pause-campaign.ts'
import { publishUpdate } from '#lib/campaigns/publish-update.ts'
import { findCampaign } from '#lib/campaigns/queries.ts'
import { reviewCampaign } from '#lib/campaigns/review-campaign.ts'
import { settleCampaign } from '#lib/campaigns/settle-campaign.ts'
import { submitCampaign } from '#lib/campaigns/submit-campaign.ts'
import { updateCampaign } from '#lib/campaigns/update-campaign.ts'
import { runForm } from '../../../run-form.ts'
import { keepCover, readCampaignForm } from './read-campaign-form.ts'

export async function create(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const actor = await currentActor()
    await keepCover(actor, formData, String(formData.get('chapterId')))
    const id = await createCampaign(actor, readCampaignForm(formData))
    return { redirectTo: `/organizer/campaigns/${id}` }
  })
}

export async function save(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const actor = await currentActor()
    const { id, chapterId } = await findCampaign(actor, String(formData.get('campaignId')))
    await keepCover(actor, formData, chapterId)
    await updateCampaign(actor, readCampaignForm(formData))
    return { redirectTo: `/organizer/campaigns/${id}` }
  })
}

export async function submit(_previous: FormState, formData: FormData): Promise<FormState> {
  return step(formData, submitCampaign, 'It is sent for review. Another organizer or a treasurer reads it now.')
}

export async function review(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await reviewCampaign(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `/organizer/campaigns/${String(formData.get('campaignId'))}` }
  })
}

export async function pause(_previous: FormState, formData: FormData): Promise<FormState> {
  return step(formData, pauseCampaign, 'It is paused. No gifts are taken.')
}

export async function resume(_previous: FormState, formData: FormData): Promise<FormState> {
  return step(formData, resumeCampaign, 'It goes on. Gifts are taken again.')
}

export async function close(_previous: FormState, formData: FormData): Promise<FormState> {
  return step(formData, closeCampaign, 'It is closed. No more gifts are taken.')
}

export async function settle(_previous: FormState, formData: FormData): Promise<FormState> {
  return step(formData, settleCampaign, 'It is settled. Its books are closed.')
}

export async function postUpdate(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { waitsFor } = await publishUpdate(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/organizer', 'layout')
    const words = waitsFor.map((word) => `“${word}”`).join(', ')
    return {
      message:
        waitsFor.length === 0
          ? 'The update is published.'
          : `The update is kept and not public yet: ${words} can also serve a war, so somebody else reads it first.`,
    }
  })
}

/** One write of lib with the form's fields, which lib parses; then the page shows what is true now. */
function step(
  formData: FormData,
  write: (actor: Actor, input: unknown) => Promise<unknown>,
  message: string,
): Promise<FormState> {
  return runForm(formData, async () => {
    await write(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/organizer', 'layout')
    return { message }
  })
}
