import { randomUUID } from 'node:crypto'
import { redirect } from 'next/navigation'
import type { FormState } from '#components/ui/form-state.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'

/** What a form's work ends in: another page, or a sentence on the same one. */
export type FormOutcome = { redirectTo: string } | { message: string }

/**
 * Runs one server action's work and turns its end into what the form shows. An expected failure keeps everything
 * typed and stands at its field; anything else becomes one generic sentence with a reference that is in the log.
 */
export async function runForm(
  formData: FormData,
  work: () => Promise<FormOutcome>,
  sayFailed = failedWords,
): Promise<FormState> {
  let outcome: FormOutcome
  try {
    outcome = await work()
  } catch (error) {
    return failedForm(formData, error, sayFailed)
  }
  if ('redirectTo' in outcome) redirect(outcome.redirectTo)
  return { status: 'done', message: outcome.message, fieldErrors: {}, values: {} }
}

const failedWords = (reference: string) =>
  `Something went wrong on our side and nothing was changed. Try again; if it stays, tell us reference ${reference}.`

function failedForm(formData: FormData, error: unknown, sayFailed: (reference: string) => string): FormState {
  const values = typedValues(formData)
  if (error instanceof AppError) {
    return { status: 'error', message: error.message, fieldErrors: error.fieldErrors, values }
  }
  const reference = randomUUID().slice(0, 8)
  logger().error({ err: error, reference }, 'form action failed')
  return { status: 'error', message: sayFailed(reference), fieldErrors: {}, values }
}

/** What the person typed, without files and without Next's own fields. */
function typedValues(formData: FormData): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {}
  for (const name of new Set(formData.keys())) {
    if (name.startsWith('$')) continue
    const texts = formData.getAll(name).filter((value): value is string => typeof value === 'string')
    const [only] = texts
    if (texts.length === 1 && only !== undefined) values[name] = only
    else if (texts.length > 1) values[name] = texts
  }
  return values
}
