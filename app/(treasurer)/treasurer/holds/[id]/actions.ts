'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { Actor } from '#lib/auth/types.ts'
import { cancelUnsent } from '#lib/holds/cancel-unsent.ts'
import { closeHold } from '#lib/holds/close-hold.ts'
import { confirmFailure, declareFailure } from '#lib/holds/declare-failure.ts'
import { retryRefund } from '#lib/holds/retry-refund.ts'
import { settleRefund } from '#lib/holds/settle-refund.ts'
import { runForm } from '../../../../run-form.ts'

/** One write of lib with the form's fields, which lib parses; then the page shows what is true now. */
function decide(
  holdId: string,
  done: string,
  formData: FormData,
  write: (actor: Actor, input: unknown) => Promise<unknown>,
): Promise<FormState> {
  return runForm(formData, async () => {
    await write(await currentActor(), { ...Object.fromEntries(formData), holdId })
    return { redirectTo: `/treasurer/holds/${encodeURIComponent(holdId)}?done=${done}` }
  })
}

export async function declare(holdId: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return decide(holdId, 'declare', formData, declareFailure)
}

export async function confirm(holdId: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return decide(holdId, 'confirm', formData, confirmFailure)
}

export async function cancel(holdId: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return decide(holdId, 'cancel', formData, cancelUnsent)
}

export async function settle(holdId: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return decide(holdId, 'settle', formData, settleRefund)
}

export async function retry(holdId: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return decide(holdId, 'retry', formData, retryRefund)
}

export async function close(holdId: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return decide(holdId, 'close', formData, closeHold)
}
