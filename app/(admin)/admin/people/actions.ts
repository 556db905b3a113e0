'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { disablePerson } from '#lib/auth/disable-person.ts'
import { enablePerson } from '#lib/auth/enable-person.ts'
import { grantAdmin } from '#lib/auth/grant-admin.ts'
import { grantRole } from '#lib/auth/grant-role.ts'
import { invitePerson } from '#lib/auth/invite-person.ts'
import { revokeAdmin } from '#lib/auth/revoke-admin.ts'
import { revokeRole } from '#lib/auth/revoke-role.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { Actor } from '#lib/auth/types.ts'
import { runForm } from '../../../run-form.ts'

type Write = (actor: Actor, input: unknown) => Promise<unknown>

/** One write of lib with the form's fields, which lib parses; then the list shows what is true now. */
function submit(formData: FormData, write: Write, message: string): Promise<FormState> {
  return runForm(formData, async () => {
    await write(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/admin/people')
    return { message }
  })
}

export async function invite(_previous: FormState, formData: FormData): Promise<FormState> {
  return submit(formData, invitePerson, 'The invitation is on its way.')
}

export async function giveRole(_previous: FormState, formData: FormData): Promise<FormState> {
  return submit(formData, grantRole, 'The role is given. It acts at once.')
}

export async function takeRole(_previous: FormState, formData: FormData): Promise<FormState> {
  return submit(formData, revokeRole, 'The role is taken away. It acts at once.')
}

export async function makeAdmin(_previous: FormState, formData: FormData): Promise<FormState> {
  return submit(formData, grantAdmin, 'This person is an administrator now.')
}

export async function removeAdmin(_previous: FormState, formData: FormData): Promise<FormState> {
  return submit(formData, revokeAdmin, 'This person is no administrator any more.')
}

export async function disable(_previous: FormState, formData: FormData): Promise<FormState> {
  return submit(formData, disablePerson, 'This person is signed out everywhere and cannot come in.')
}

export async function enable(_previous: FormState, formData: FormData): Promise<FormState> {
  return submit(formData, enablePerson, 'This person can sign in again.')
}
