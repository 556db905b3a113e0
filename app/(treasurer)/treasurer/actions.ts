'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { exchangeForDebt, payDebt } from '#lib/donations/pay-debt.ts'
import { returnLoss } from '#lib/donations/return-loss.ts'
import { formatMoney } from '#lib/money/format.ts'
import { runForm } from '../../run-form.ts'

export async function payFund(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { paidMinor, currency } = await payDebt(await currentActor(), Object.fromEntries(formData))
    return { message: `The chapter paid ${formatMoney(paidMinor, currency)}.` }
  })
}

export async function exchangeOwed(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await exchangeForDebt(await currentActor(), Object.fromEntries(formData))
    return { message: 'Recorded. What arrived is the chapter’s own: now pay the fund with it.' }
  })
}

export async function returnToChapter(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { returnedMinor, currency } = await returnLoss(await currentActor(), Object.fromEntries(formData))
    return { message: `${formatMoney(returnedMinor, currency)} are in the general fund again.` }
  })
}
