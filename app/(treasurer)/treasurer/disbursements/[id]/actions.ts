'use server'

import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { Actor } from '#lib/auth/types.ts'
import { addEvidence } from '#lib/disbursements/add-evidence.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { cancelDisbursement } from '#lib/disbursements/cancel-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { editDisbursement } from '#lib/disbursements/edit-disbursement.ts'
import { rejectDisbursement } from '#lib/disbursements/reject-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { returnWire } from '#lib/disbursements/return-wire.ts'
import { startWire } from '#lib/disbursements/start-wire.ts'
import { revealPayee } from '#lib/vetting/reveal-bank.ts'
import { runForm } from '../../../../run-form.ts'
import { readRequest } from '../read-request.ts'

type Write = (actor: Actor, input: unknown) => Promise<unknown>

/** One write of lib with the form's fields, which lib parses; then the page shows what is true now. */
function decide(formData: FormData, done: string, write: Write, input: unknown): Promise<FormState> {
  return runForm(formData, async () => {
    await write(await currentActor(), input)
    const id = encodeURIComponent(String(formData.get('disbursementId')))
    return { redirectTo: `/treasurer/disbursements/${id}?done=${done}` }
  })
}

export async function approve(_previous: FormState, formData: FormData): Promise<FormState> {
  return decide(formData, 'approve', approveDisbursement, Object.fromEntries(formData))
}

export async function reject(_previous: FormState, formData: FormData): Promise<FormState> {
  return decide(formData, 'reject', rejectDisbursement, Object.fromEntries(formData))
}

export async function cancel(_previous: FormState, formData: FormData): Promise<FormState> {
  return decide(formData, 'cancel', cancelDisbursement, Object.fromEntries(formData))
}

export async function start(_previous: FormState, formData: FormData): Promise<FormState> {
  return decide(formData, 'start', startWire, Object.fromEntries(formData))
}

export async function release(_previous: FormState, formData: FormData): Promise<FormState> {
  return decide(formData, 'release', releaseDisbursement, Object.fromEntries(formData))
}

/** The account stands in the form's answer and nowhere else: loading the page again hides it. */
export async function payee(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const account = await revealPayee(await currentActor(), Object.fromEntries(formData))
    const { iban, accountNumber, bic, routing, holderName, bankName, bankCountry } = account
    const number = iban ? `IBAN ${iban.replace(/(.{4})(?=.)/g, '$1 ')}` : `Number ${accountNumber}`
    const rest = [bic && `BIC ${bic}`, routing && `routing ${routing}`].filter(Boolean)
    const where = [`${holderName} at ${bankName} (${bankCountry})`, number, ...rest].join(', ')
    return { message: `${where}. That you looked is in the audit log.` }
  })
}

export async function returned(_previous: FormState, formData: FormData): Promise<FormState> {
  return decide(formData, 'return', returnWire, Object.fromEntries(formData))
}

export async function edit(_previous: FormState, formData: FormData): Promise<FormState> {
  return decide(formData, 'edit', editDisbursement, readRequest(formData))
}

export async function evidence(_previous: FormState, formData: FormData): Promise<FormState> {
  const input = { disbursementId: formData.get('disbursementId'), ...(await readEvidence(formData, '')) }
  return decide(formData, 'evidence', addEvidence, input)
}

/** The first file may come with the confirmation itself; then the form has the fields of evidence. */
export async function confirm(_previous: FormState, formData: FormData): Promise<FormState> {
  const { disbursementId, version } = Object.fromEntries(formData)
  const evidence = formData.has('evidence.caption') ? await readEvidence(formData, 'evidence.') : null
  return decide(formData, 'confirm', confirmReceipt, { disbursementId, version, evidence })
}

async function readEvidence(formData: FormData, prefix: string): Promise<Record<string, unknown>> {
  const field = (name: string) => formData.get(`${prefix}${name}`)
  const sent = field('file')
  const bytes = sent instanceof File ? new Uint8Array(await sent.arrayBuffer()) : new Uint8Array()
  const file = { name: sent instanceof File ? sent.name : '', bytes }
  return { caption: field('caption'), takenOn: field('takenOn'), lineId: field('lineId'), file }
}
