'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { runForm } from '../../../../run-form.ts'
import { readRequest } from '../read-request.ts'

export async function request(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { id } = await requestDisbursement(await currentActor(), readRequest(formData))
    return { redirectTo: `/treasurer/disbursements/${id}?done=request` }
  })
}
