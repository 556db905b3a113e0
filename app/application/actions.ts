'use server'

import { revalidatePath } from 'next/cache'
import type { FormState } from '#components/ui/form-state.ts'
import type { NameScope } from '#components/vetting-application/name-field.ts'
import { type Say, sayIn } from '#components/vetting-application/say.ts'
import { limitRate } from '#lib/auth/limit-rate.ts'
import { actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { AppError } from '#lib/errors.ts'
import { addPerson, removePerson } from '#lib/vetting/add-person.ts'
import { addReference, removeReference } from '#lib/vetting/add-reference.ts'
import { answerRequest } from '#lib/vetting/answer-request.ts'
import { attachDocument, removeDocument } from '#lib/vetting/attach-document.ts'
import { confirmPart } from '#lib/vetting/confirm-part.ts'
import { matchArea } from '#lib/vetting/match-area.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { type SavedSection, saveSection } from '#lib/vetting/save-section.ts'
import { signAgreement, signEndUse } from '#lib/vetting/sign-statement.ts'
import { submitApplication } from '#lib/vetting/submit-application.ts'
import { transliteratePerson } from '#lib/vetting/transliterate-person.ts'
import { type Part, parts, type SectionKind } from '#lib/vetting/types.ts'
import type { FormOutcome } from '../run-form.ts'
import { type Opened, openDoor } from './open-page.ts'
import { readSection } from './read-section.ts'
import { runApplyForm, SaidAlready, sayProblems } from './run-apply-form.ts'

// The door is the token of a link, or the aid group's id at the desk. Each action opens the application with it again.

const PER_WRITER = { name: 'apply-write', points: 600, windowSeconds: 900 }

async function withDoor(
  door: string,
  scope: NameScope,
  formData: FormData,
  work: (opened: Opened) => Promise<FormOutcome>,
): Promise<FormState> {
  const opened = await openDoor(door)
  const say = opened?.say ?? sayIn('en')
  return runApplyForm(say, scope, formData, async () => {
    if (!opened) throw new AppError('not_found', 'This link no longer works.')
    await limitRate(PER_WRITER, actorId(opened.actor))
    const outcome = await work(opened)
    revalidatePath(opened.base, 'layout')
    return outcome
  })
}

/** Saves a section, whole or not. Goes on to the next part when nothing is missing, else stays with the messages. */
export async function save(
  door: string,
  section: SectionKind,
  _previous: FormState,
  formData: FormData,
): Promise<FormState> {
  return withDoor(door, section, formData, async ({ actor, aidGroupId, base, say }) => {
    const data = readSection(formData)
    const { problems } = await saveSection(actor, { aidGroupId, section, data })
    const offered = section === 'identity' && offerLatin(formData, 'legalName', 'legalNameLatin')
    if (formData.get('more') === 'yes') return { redirectTo: `${base}/${section}?more=yes#more` }
    refuseIncomplete(say, offered ? { ...problems, legalNameLatin: 'name_latin_offered' } : problems)
    const regions = section === 'delivery' ? (data['regions'] as { name: string; areaCode: string }[]) : []
    if (regions.some((region) => matchArea(region) !== null)) return { message: say('delivery.embargoSaid') }
    return { redirectTo: nextOf(base, section) }
  })
}

/** Keeps what stands in the form while somebody is still writing. */
export async function autosave(door: string, section: SectionKind, formData: FormData): Promise<{ at: string } | null> {
  const opened = await openDoor(door)
  if (!opened) return null
  try {
    await limitRate(PER_WRITER, actorId(opened.actor))
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
  door: string,
  section: 'end_use' | 'agreement',
  _previous: FormState,
  formData: FormData,
): Promise<FormState> {
  return withDoor(door, section, formData, async ({ actor, aidGroupId, base, locale, say }) => {
    const input = { ...readSection(formData), aidGroupId, locale }
    const { problems } = await (section === 'end_use' ? signEndUse : signAgreement)(actor, input)
    refuseIncomplete(say, problems)
    return { redirectTo: nextOf(base, section) }
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

export async function addOnePerson(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'people', formData, async ({ actor, aidGroupId, base }) => {
    if (offerLatin(formData, 'nameOriginal', 'nameLatin')) {
      throw new AppError('invalid_input', '', { fieldErrors: { nameLatin: ['name_latin_offered'] } })
    }
    const fields = Object.fromEntries(formData)
    await addPerson(actor, { ...fields, roles: formData.getAll('roles'), aidGroupId })
    return { redirectTo: `${base}/people?done=added` }
  })
}

export async function removeOnePerson(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'people', formData, async ({ actor, aidGroupId, base }) => {
    await removePerson(actor, { aidGroupId, personId: formData.get('personId') })
    return { redirectTo: `${base}/people?done=removed` }
  })
}

export async function replaceAccount(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'bank', formData, async ({ actor, aidGroupId, base }) => {
    await replaceBankAccount(actor, { ...Object.fromEntries(formData), aidGroupId })
    return { redirectTo: `${base}/bank?done=added` }
  })
}

export async function addOneReference(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'references', formData, async ({ actor, aidGroupId, base }) => {
    await addReference(actor, { ...Object.fromEntries(formData), aidGroupId })
    return { redirectTo: `${base}/references?done=added` }
  })
}

export async function removeOneReference(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'references', formData, async ({ actor, aidGroupId, base }) => {
    await removeReference(actor, { aidGroupId, referenceId: formData.get('referenceId') })
    return { redirectTo: `${base}/references?done=removed` }
  })
}

export async function addDocument(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'documents', formData, async ({ actor, aidGroupId, base }) => {
    const file = formData.get('file')
    const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array()
    const input = { aidGroupId, kind: formData.get('kind'), caption: formData.get('caption') }
    await attachDocument(actor, input, { bytes, fileName: file instanceof File ? file.name : '' })
    return { redirectTo: `${base}/documents?done=added` }
  })
}

export async function removeOneDocument(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'documents', formData, async ({ actor, aidGroupId, base }) => {
    await removeDocument(actor, { aidGroupId, documentId: formData.get('documentId') })
    return { redirectTo: `${base}/documents?done=removed` }
  })
}

/** In a later round: this part is still right. */
export async function confirm(door: string, part: Part, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, part, formData, async ({ actor, aidGroupId, base }) => {
    await confirmPart(actor, { aidGroupId, part })
    return { redirectTo: nextOf(base, part) }
  })
}

export async function answer(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'overview', formData, async ({ actor, base }) => {
    await answerRequest(actor, { requestId: formData.get('requestId'), answer: formData.get('answer') })
    return { redirectTo: `${base}?done=answered` }
  })
}

export async function submit(door: string, _previous: FormState, formData: FormData): Promise<FormState> {
  return withDoor(door, 'overview', formData, async ({ actor, aidGroupId, base, say }) => {
    try {
      await submitApplication(actor, { aidGroupId })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid_input') throw error
      const missing = parts.filter((part) => error.fieldErrors[part]).map((part) => say(`parts.${part}`))
      throw new SaidAlready(`${say('overview.submitNot')} ${missing.join(', ')}.`, {})
    }
    return { redirectTo: `${base}?done=submitted` }
  })
}

function nextOf(base: string, part: Part): string {
  const next = parts[parts.indexOf(part) + 1]
  return next ? `${base}/${next}?done=saved` : `${base}?done=saved`
}
