'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { Actor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'
import { answerHit } from '#lib/vetting/answer-hit.ts'
import { answerRequest } from '#lib/vetting/answer-request.ts'
import { approveGroup } from '#lib/vetting/approve-group.ts'
import { askReferences } from '#lib/vetting/ask-references.ts'
import { confirmFindings } from '#lib/vetting/confirm-findings.ts'
import { expireGroup, reinstateGroup, rejectGroup, suspendGroup, withdrawGroup } from '#lib/vetting/end-approval.ts'
import { inviteApplication } from '#lib/vetting/invite-application.ts'
import { recordFinding } from '#lib/vetting/record-finding.ts'
import { resendReference } from '#lib/vetting/remind-references.ts'
import { requestInformation } from '#lib/vetting/request-information.ts'
import { revealBank } from '#lib/vetting/reveal-bank.ts'
import { recommendGroup, renewReview, sendBackReview, startReview } from '#lib/vetting/review-group.ts'
import { revokeApplication } from '#lib/vetting/revoke-application.ts'
import { screenAidGroup } from '#lib/vetting/screen-group.ts'
import { setPublicAlias } from '#lib/vetting/set-public-alias.ts'
import { verifyBank } from '#lib/vetting/verify-bank.ts'
import { runForm } from '../../../run-form.ts'
import { readApproval } from './read-approval.ts'

const WRITES: Record<string, (actor: Actor, input: unknown) => Promise<void>> = {
  start_review: startReview,
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
    return afterStep(formData, event)
  })
}

/** The form of a step is gone once the step is made, so its page says that it was. */
const afterStep = (formData: FormData, event: string) => ({
  redirectTo: `/vetting/aid-groups/${formData.get('aidGroupId')}?done=${event}`,
})

export async function approve(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { input, atFields } = readApproval(formData)
    await approveGroup(await currentActor(), input).catch(atFields)
    revalidatePath('/vetting', 'layout')
    return afterStep(formData, input.conditions ? 'approve_with_conditions' : 'approve')
  })
}

/** Another public name. What is published already stays as it is, so the answer says where the real name stands. */
export async function rename(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { toldIn } = await setPublicAlias(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/', 'layout')
    const told =
      toldIn.length === 0
        ? 'No text of a campaign has the real name in it.'
        : `The real name stands in texts of these campaigns, and what is published cannot change: ${toldIn.join('; ')}.`
    return { message: `Saved. The old address leads nowhere from now on. ${told}` }
  })
}

/** A finding on one gate. What a gate keeps beside the reason comes in fields of its own. */
export async function record(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const fields = Object.entries(Object.fromEntries(formData))
    const detail = fields.filter(([name]) => name.startsWith('detail.')).map(([name, value]) => [name.slice(7), value])
    await recordFinding(await currentActor(), { ...Object.fromEntries(fields), detail: Object.fromEntries(detail) })
    revalidatePath('/vetting', 'layout')
    return { message: 'Recorded. The gate above shows it.' }
  })
}

export async function confirm(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const count = await confirmFindings(await currentActor(), {
      ...Object.fromEntries(formData),
      gates: formData.getAll('gates'),
    })
    revalidatePath('/vetting', 'layout')
    return { message: `Recorded for ${count} ${count === 1 ? 'gate' : 'gates'}.` }
  })
}

const ASKED = {
  mailed: 'Asked. The aid group sees the question at its link.',
  no_contact:
    'Asked, but nobody was mailed: the aid group has no link yet, or no address is known. Make a link for it.',
  contact_is_staff:
    'Asked, but nobody was mailed: the contact of the aid group works for a chapter. Make a link to another address, or have another contact named.',
}

export async function ask(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { mailed } = await requestInformation(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting', 'layout')
    return { message: ASKED[mailed] }
  })
}

export async function answer(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await answerRequest(await currentActor(), Object.fromEntries(formData)).catch(inWords)
    revalidatePath('/vetting', 'layout')
    return { redirectTo: `/vetting/aid-groups/${formData.get('aidGroupId')}/questions#answered` }
  })
}

export async function verify(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await verifyBank(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting', 'layout')
    return { message: 'Verified. Your name stands beside the account.' }
  })
}

/** The number stands in the form's answer and nowhere else: loading the page again hides it. */
export async function reveal(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { iban, accountNumber, bic, routing } = await revealBank(await currentActor(), Object.fromEntries(formData))
    const number = iban ? `IBAN ${iban.replace(/(.{4})(?=.)/g, '$1 ')}` : `Number ${accountNumber}`
    const rest = [bic && `BIC ${bic}`, routing && `routing ${routing}`].filter(Boolean)
    return { message: `${[number, ...rest].join(', ')}. That you looked is in the audit log.` }
  })
}

/** What a reviewer says to a hit. */
export async function answerTo(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { aidGroupId, hitKey, ...said } = Object.fromEntries(formData)
    await answerHit(await currentActor(), { aidGroupId, hitKey, ...said })
    revalidatePath('/vetting', 'layout')
    // The hit moves to those that are answered, and its form with it: the page goes after it.
    return { redirectTo: `/vetting/aid-groups/${aidGroupId}/screening#hit-${hitKey}` }
  })
}

export async function screen(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { openKeys } = await screenAidGroup(await currentActor(), { aidGroupId: String(formData.get('aidGroupId')) })
    revalidatePath('/vetting', 'layout')
    const found = openKeys.length === 0 ? 'No hit is open.' : 'What came near an entry stands above.'
    return { message: `Screened against the lists in force. ${found}` }
  })
}

// The dossier's own writes answer with codes, which the application says in two languages; this desk speaks one.
const PROBLEMS: Record<string, string> = {
  missing: 'Write something here.',
  too_short: 'This is too short.',
  too_long: 'This is too long.',
}

function inWords(error: unknown): never {
  if (!(error instanceof AppError)) throw error
  const fieldErrors = Object.entries(error.fieldErrors).map(([name, codes]) => [
    name,
    codes.map((code) => PROBLEMS[code] ?? code),
  ])
  throw new AppError(error.code, error.message, { fieldErrors: Object.fromEntries(fieldErrors), cause: error })
}

/** The link stands in the form's answer once; it is kept nowhere. */
export async function invite(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const { url, isMailed } = await inviteApplication(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting', 'layout')
    return { message: isMailed ? 'The link was mailed.' : `Hand on this link; it is not shown again: ${url}` }
  })
}

export async function revoke(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await revokeApplication(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting', 'layout')
    return { message: 'The link is closed. What came through it stays.' }
  })
}

export async function askAll(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    const asked = await askReferences(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting', 'layout')
    return { message: asked === 1 ? 'One reference was asked.' : `${asked} references were asked.` }
  })
}

export async function resend(_previous: FormState, formData: FormData): Promise<FormState> {
  return runForm(formData, async () => {
    await resendReference(await currentActor(), Object.fromEntries(formData))
    revalidatePath('/vetting', 'layout')
    return { message: 'Sent again, with a new link.' }
  })
}
