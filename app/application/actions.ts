'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import { type Say, sayIn } from '#components/vetting-application/say.ts'
import { limitRate } from '#lib/auth/limit-rate.ts'
import { now } from '#lib/clock.ts'
import { AppError } from '#lib/errors.ts'
import { addPerson, removePerson } from '#lib/vetting/add-person.ts'
import { addReference, removeReference } from '#lib/vetting/add-reference.ts'
import { answerRequest } from '#lib/vetting/answer-request.ts'
import { attachDocument, removeDocument } from '#lib/vetting/attach-document.ts'
import { confirmPart } from '#lib/vetting/confirm-part.ts'
import { matchArea } from '#lib/vetting/match-area.ts'
import { type OpenApplication, openApplication } from '#lib/vetting/open-application.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { type SavedSection, saveSection } from '#lib/vetting/save-section.ts'
import { signAgreement, signEndUse } from '#lib/vetting/sign-statement.ts'
import { submitApplication } from '#lib/vetting/submit-application.ts'
import { transliteratePerson } from '#lib/vetting/transliterate-person.ts'
import { type Part, parts, type SectionKind } from '#lib/vetting/types.ts'
import type { FormOutcome } from '../../../run-form.ts'
import { runApplyForm, SaidAlready, sayProblems } from '../run-apply-form.ts'
import { readSection } from './read-section.ts'

// The token in the address is the key; each action opens the application with it again.

const PER_LINK = { name: 'apply-write', points: 600, windowSeconds: 900 }

type Opened = OpenApplication & { say: Say }

async function withLink(
  token: string,
  formData: FormData,
  work: (opened: Opened) => Promise<FormOutcome>,
): Promise<FormState> {
  const opened = await openApplication(token)
  const say = sayIn(opened?.locale ?? 'en')
  return runApplyForm(say, formData, async () => {
    if (!opened) throw new AppError('not_found', 'This link no longer works.')
    await limitRate(PER_LINK, opened.actor.applicationId)
    const outcome = await work({ ...opened, say })
    revalidatePath(`/apply/${token}`, 'layout')
    return outcome
  })
}

/** Saves a section, whole or not. Goes on to the next part when nothing is missing, else stays with the messages. */
export async function save(
  token: string,
  section: SectionKind,
  _previous: FormState,
  formData: FormData,
): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId, say }) => {
    const data = readSection(formData)
    const { problems } = await saveSection(actor, { aidGroupId, section, data })
    const offered = section === 'identity' && offerLatin(formData, 'legalName', 'legalNameLatin')
    if (formData.get('more') === 'yes') return { redirectTo: `/apply/${token}/${section}?more=yes#more` }
    refuseIncomplete(say, offered ? { ...problems, legalNameLatin: 'name_latin_offered' } : problems)
    const regions = section === 'delivery' ? (data['regions'] as { name: string; areaCode: string }[]) : []
    if (regions.some((region) => matchArea(region) !== null)) return { message: say('delivery.embargoSaid') }
    return { redirectTo: nextOf(token, section) }
  })
}

/** Keeps what stands in the form while somebody is still writing. */
export async function autosave(
  token: string,
  section: SectionKind,
  formData: FormData,
): Promise<{ at: string } | null> {
  const opened = await openApplication(token)
  if (!opened) return null
  try {
    await limitRate(PER_LINK, opened.actor.applicationId)
    const { aidGroupId } = opened
    await saveSection(opened.actor, { aidGroupId, section, data: readSection(formData) })
    return { at: now().toISOString().slice(11, 16).concat(' UTC') }
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** Signs the end-use statement or the agreement. */
export async function sign(
  token: string,
  section: 'end_use' | 'agreement',
  _previous: FormState,
  formData: FormData,
): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId, locale, say }) => {
    const input = { ...readSection(formData), aidGroupId, locale }
    const { problems } = await (section === 'end_use' ? signEndUse : signAgreement)(actor, input)
    refuseIncomplete(say, problems)
    return { redirectTo: nextOf(token, section) }
  })
}

/** What is saved but not whole: the form stays and shows what it lacks. */
function refuseIncomplete(say: Say, problems: SavedSection['problems']): void {
  const fieldErrors = sayProblems(say, problems)
  const count = Object.keys(fieldErrors).length
  if (count > 0) throw new SaidAlready(say('form.savedPartly', { count }), fieldErrors)
}

/** Where a name stands in its own letters only, proposes it in Latin ones; the form comes back with the proposal. */
function offerLatin(formData: FormData, from: string, to: string): boolean {
  const name = String(formData.get(from) ?? '').trim()
  if (name === '' || String(formData.get(to) ?? '').trim() !== '' || transliteratePerson(name) === name) return false
  formData.set(to, transliteratePerson(name))
  return true
}

export async function addOnePerson(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId }) => {
    if (offerLatin(formData, 'nameOriginal', 'nameLatin')) {
      throw new AppError('invalid_input', '', { fieldErrors: { nameLatin: ['name_latin_offered'] } })
    }
    const fields = Object.fromEntries(formData)
    await addPerson(actor, { ...fields, roles: formData.getAll('roles'), aidGroupId })
    return { redirectTo: `/apply/${token}/people?done=added` }
  })
}

export async function removeOnePerson(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId }) => {
    await removePerson(actor, { aidGroupId, personId: formData.get('personId') })
    return { redirectTo: `/apply/${token}/people?done=removed` }
  })
}

export async function replaceAccount(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId }) => {
    await replaceBankAccount(actor, { ...Object.fromEntries(formData), aidGroupId })
    return { redirectTo: `/apply/${token}/bank?done=added` }
  })
}

export async function addOneReference(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId }) => {
    await addReference(actor, { ...Object.fromEntries(formData), aidGroupId })
    return { redirectTo: `/apply/${token}/references?done=added` }
  })
}

export async function removeOneReference(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId }) => {
    await removeReference(actor, { aidGroupId, referenceId: formData.get('referenceId') })
    return { redirectTo: `/apply/${token}/references?done=removed` }
  })
}

export async function addDocument(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId }) => {
    const file = formData.get('file')
    const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array()
    const input = { aidGroupId, kind: formData.get('kind'), caption: formData.get('caption') }
    await attachDocument(actor, input, { bytes, fileName: file instanceof File ? file.name : '' })
    return { redirectTo: `/apply/${token}/documents?done=added` }
  })
}

export async function removeOneDocument(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId }) => {
    await removeDocument(actor, { aidGroupId, documentId: formData.get('documentId') })
    return { redirectTo: `/apply/${token}/documents?done=removed` }
  })
}

/** In a later round: this part is still right. */
export async function confirm(token: string, part: Part, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId }) => {
    await confirmPart(actor, { aidGroupId, part })
    return { redirectTo: nextOf(token, part) }
  })
}

export async function answer(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor }) => {
    await answerRequest(actor, { requestId: formData.get('requestId'), answer: formData.get('answer') })
    return { redirectTo: `/apply/${token}?done=answered` }
  })
}

export async function submit(token: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withLink(token, formData, async ({ actor, aidGroupId, say }) => {
    try {
      await submitApplication(actor, { aidGroupId })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error
      const missing = parts.filter((part) => error.fieldErrors[part]).map((part) => say(`parts.${part}`))
      throw new SaidAlready(`${say('overview.submitNot')} ${missing.join(', ')}.`, {})
    }
    return { redirectTo: `/apply/${token}?done=submitted` }
  })
}

function nextOf(token: string, part: Part): string {
  const next = parts[parts.indexOf(part) + 1]
  return next ? `/apply/${token}/${next}?done=saved` : `/apply/${token}?done=saved`
}
