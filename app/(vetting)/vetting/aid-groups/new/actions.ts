'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { inviteApplication } from '#lib/vetting/invite-application.ts'
import { draftGroup, parseNomination } from '#lib/vetting/nominate-group.ts'
import { runForm } from '../../../../run-form.ts'

/** Begins the nomination and its application: the link is mailed, or stands in the form's answer once to be handed on. */
export async function nominateByLink(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const actor = await currentActor()
    const { how, email, locale, name, ...facts } = parseNomination(Object.fromEntries(formData))
    const aidGroupId = await draftGroup(actor, { ...facts, name })
    const { url, isMailed } = await inviteApplication(actor, { aidGroupId, locale, email: how === 'mail' ? email : '' })
    revalidatePath('/vetting', 'layout')
    if (isMailed) return { redirectTo: `/vetting/aid-groups/${aidGroupId}` }
    return { message: `${name} is nominated. Hand on this link to its application; it is not shown again: ${url}` }
  })
}
