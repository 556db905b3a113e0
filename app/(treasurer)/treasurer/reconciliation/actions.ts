'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import { acceptMatches } from '#lib/reconciliation/accept-matches.ts'
import { addAccount } from '#lib/reconciliation/add-account.ts'
import { explainLine } from '#lib/reconciliation/explain-line.ts'
import { importStatement } from '#lib/reconciliation/import-statement.ts'
import { matchLines } from '#lib/reconciliation/match-lines.ts'
import { settleOpening } from '#lib/reconciliation/settle-opening.ts'
import { unlinkLines } from '#lib/reconciliation/unlink-lines.ts'
import { withdrawStatement } from '#lib/reconciliation/withdraw-statement.ts'
import { decideLine } from '#lib/webhooks/decide-line.ts'
import { setEventAside } from '#lib/webhooks/set-event-aside.ts'
import { type FormOutcome, runForm } from '../../../run-form.ts'

const PATH = '/treasurer/reconciliation'

function toDesk(formData: FormData, done: string): FormOutcome {
  const account = encodeURIComponent(String(formData.get('bankAccountId') ?? ''))
  return { redirectTo: `${PATH}?account=${account}&done=${done}#open` }
}

export async function match(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const [bankAccountId, lineIds, keys] = [
      formData.get('bankAccountId'),
      formData.getAll('lineIds'),
      formData.getAll('keys'),
    ]
    await matchLines(await currentActor(), { bankAccountId, lineIds, keys })
    return toDesk(formData, 'match')
  })
}

export async function explain(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await explainLine(await currentActor(), Object.fromEntries(formData))
    return toDesk(formData, 'explain')
  })
}

export async function acceptSure(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const count = await acceptMatches(await currentActor(), Object.fromEntries(formData))
    return toDesk(formData, count === 0 ? 'none' : 'match')
  })
}

export async function bringForward(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await settleOpening(await currentActor(), Object.fromEntries(formData))
    return toDesk(formData, 'forward')
  })
}

export async function unmatch(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await unlinkLines(await currentActor(), Object.fromEntries(formData))
    const id = encodeURIComponent(String(formData.get('statementId') ?? ''))
    return { redirectTo: `${PATH}/statements/${id}?done=unmatch` }
  })
}

export async function withdraw(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await withdrawStatement(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `${PATH}?done=withdraw#statements` }
  })
}

export async function decide(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await decideLine(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `${PATH}?done=decide#stripe` }
  })
}

export async function setAside(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await setEventAside(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `${PATH}?done=aside#stripe` }
  })
}

export async function addBank(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const id = await addAccount(await currentActor(), Object.fromEntries(formData))
    return { redirectTo: `${PATH}/statements/new?account=${id}` }
  })
}

export async function importFile(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const sent = formData.get('file')
    const bytes = sent instanceof File ? new Uint8Array(await sent.arrayBuffer()) : new Uint8Array()
    const file = { name: sent instanceof File ? sent.name : '', bytes }
    const result = await importStatement(await currentActor(), { ...Object.fromEntries(formData), file })
    const said = result.known ? 'known' : `imported&lines=${result.newLines}&left=${result.leftOut}`
    return { redirectTo: `${PATH}/statements/${result.statementId}?done=${said}` }
  })
}
