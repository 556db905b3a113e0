'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { Actor } from '#lib/auth/types.ts'
import { approveGroup } from '#lib/vetting/approve-group.ts'
import { expireGroup, reinstateGroup, rejectGroup, suspendGroup, withdrawGroup } from '#lib/vetting/end-approval.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import {
  answerInfo,
  recommendGroup,
  renewReview,
  requestInfo,
  sendBackReview,
  startReview,
} from '#lib/vetting/review-group.ts'
import { runForm } from '../../../run-form.ts'

export async function nominate(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const id = await nominateGroup(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `/vetting/aid-groups/${id}` }
  })
}

const WRITES: Record<string, (actor: Actor, input: unknown) => Promise<void>> = {
  start_review: startReview,
  request_info: requestInfo,
  answer_info: answerInfo,
  recommend: recommendGroup,
  send_back: sendBackReview,
  renew: renewReview,
  suspend: suspendGroup,
  reinstate: reinstateGroup,
  reject: rejectGroup,
  withdraw: withdrawGroup,
  expire: expireGroup,
}

/** A step with a reason; `event` says which, and lib decides whether this person may make it now. */
export async function move(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const event = String(formData.get('event'))
    const write = Object.hasOwn(WRITES, event) ? WRITES[event] : undefined
    if (!write) return { message: 'Nothing was done: load the page again.' }
    await write(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting', 'layout')
    return { message: 'Done. The history below has the new line.' }
  })
}

export async function approve(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await approveGroup(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting', 'layout')
    return { message: 'Approved. Campaigns may choose it from now on.' }
  })
}
