import type { FormState } from '#components/ui/form-state.ts'
import { type NameScope, nameField } from '#components/vetting-application/name-field.ts'
import type { Say } from '#components/vetting-application/say.ts'
import { AppError, type FieldErrors } from '#lib/errors.ts'
import type { ProblemCode, Problems } from '#lib/vetting/check-section.ts'
import { problemCodes } from '#lib/vetting/check-section.ts'
import { type FormOutcome, runForm } from '../run-form.ts'

const SAID = [
  ...(['invalid_input', 'not_found', 'wrong_state', 'forbidden', 'conflict', 'rate_limited', 'file_refused'] as const),
  'segregation_of_duties',
  'unavailable',
] as const

/** Runs a form of the application: what lib refuses in codes and English is said in the reader's language, by its field. */
export async function runApplyForm(
  say: Say,
  scope: NameScope,
  formData: FormData,
  work: () => Promise<FormOutcome>,
): Promise<FormState> {
  const translated = async () => {
    try {
      return await work()
    } catch (error) {
      throw error instanceof AppError ? inWords(say, error) : error
    }
  }
  const state = await runForm(formData, translated, (reference) => say('form.failed', { reference }))
  return { ...state, fieldNames: nameFields(say, scope, state.fieldErrors) }
}

/** What each field with a message is called, for the summary above the form. */
export function nameFields(say: Say, scope: NameScope, fieldErrors: FieldErrors): Record<string, string> {
  return Object.fromEntries(Object.keys(fieldErrors).map((field) => [field, nameField(say, scope, field)]))
}

/** An end whose words are in the reader's language already. */
export class SaidAlready extends AppError {
  constructor(message: string, fieldErrors: FieldErrors) {
    super('invalid_input', message, { fieldErrors })
  }
}

function inWords(say: Say, error: AppError): AppError {
  if (error instanceof SaidAlready) return error
  const key = SAID.find((code) => code === error.code) ?? 'other'
  const fieldErrors: FieldErrors = {}
  for (const [field, messages] of Object.entries(error.fieldErrors)) {
    fieldErrors[field] = messages.map((message) => {
      const code = problemCodes.find((known) => known === message)
      return code ? say(`problems.${code}`) : message
    })
  }
  return new AppError(error.code, say(`errors.${key}`), { fieldErrors, cause: error })
}

/** The field at which a problem is shown: of an empty table its first cell, of a signature the tick. */
const SHOWN_AT: Record<string, string> = {
  examples: 'examples.0.what',
  regions: 'regions.0.areaCode',
  countries: 'countries.0',
  declarations: 'declarations.0.person',
  statementVersion: 'accepted',
  statementSha256: 'accepted',
  agreementVersion: 'accepted',
  agreementSha256: 'accepted',
  signedOn: 'accepted',
}

/** What a section still lacks, as messages at its fields. */
export function sayProblems(say: Say, problems: Problems): FieldErrors {
  const fieldErrors: FieldErrors = {}
  for (const [path, problem] of Object.entries(problems)) {
    const field = SHOWN_AT[path] ?? (/^(otherNames|categories|dualUseItems)\.\d+$/.exec(path)?.[1] as string) ?? path
    const code: ProblemCode = field === 'accepted' && problem === 'missing' ? 'sign' : problem
    fieldErrors[field] ??= [say(`problems.${code}`)]
  }
  return fieldErrors
}
