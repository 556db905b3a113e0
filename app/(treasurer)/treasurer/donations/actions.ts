'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { findDonor } from '#lib/donations/find-donor.ts'
import { runForm } from '../../../run-form.ts'

/** An address is posted and not asked for in the address line, which browsers and servers keep. */
export async function searchDonor(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const donor = await findDonor(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `/treasurer/donations?donor=${donor}` }
  })
}
