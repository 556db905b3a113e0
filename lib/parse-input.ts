import type { z } from 'zod'
import { AppError } from './errors.ts'

/**
 * Parses what a person or program sent against the write's zod schema. Throws `invalid_input` with one clear
 * message for each field. Every write in lib begins with this.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const fieldErrors: Record<string, string[]> = {}
  for (const issue of result.error.issues) {
    const field = issue.path.join('.')
    fieldErrors[field] = [...(fieldErrors[field] ?? []), issue.message]
  }
  throw new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors })
}
