import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import type { ListSource } from './types.ts'

/** Every source, in the order pages show them. */
export const LIST_SOURCES = ['un', 'ofac', 'eu', 'uk', 'opensanctions', 'demonstration'] as const satisfies ListSource[]

const line = (max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toWellFormed().normalize('NFC') : value),
    z.string('Write this as text.').max(max, `At most ${max} characters.`),
  )
const reason = line(2000).refine((text) => text.length >= 3, 'Say why, in at least 3 characters.')
const id = z.uuid('This is not one of the choices.')

export const importSchema = z.object({
  source: z.enum(LIST_SOURCES, 'Choose whose list this is.'),
  files: z.array(
    z.object({ name: z.string().transform(fileName), bytes: z.instanceof(Uint8Array) }),
    'Choose the file or files of the list.',
  ),
  way: z.enum(['upload', 'folder', 'address', 'seed']).default('upload'),
})

export const uploadSchema = importSchema.pick({ source: true, files: true })

export const decisionSchema = z.object({ snapshotId: id, reason })

export const answerSchema = z.object({
  aidGroupId: id,
  hitKey: z.string().regex(/^[0-9a-f]{64}$/, 'There is no such hit.'),
  verdict: z.enum(['false_positive', 'true_match'], 'Choose whether it is the same party.'),
  reason,
})

export const nameSchema = z.object({
  name: line(200).refine((text) => text.length >= 2, 'Enter a name.'),
  kind: z.enum(['person', 'organization', 'vessel', 'aircraft', 'other']).optional(),
  birthDate: line(10)
    .refine(
      (text) => text === '' || /^\d{4}(-\d{2}(-\d{2})?)?$/.test(text),
      'Enter a year like 1964, or a date like 1964-03-31.',
    )
    .optional(),
  country: line(60).optional(),
})

/** A name only: whatever folders or control characters the sender put in it are gone. */
function fileName(text: string): string {
  const bare = (text.split(/[/\\]/).at(-1) ?? '')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, 120)
  return bare || 'list'
}

/** Where a list's name is read from a folder or a setting. Throws `invalid_input`. */
export function requireSource(text: string): ListSource {
  const source = LIST_SOURCES.find((known) => known === text)
  if (!source) throw new AppError('invalid_input', `There is no list source called ${text.slice(0, 40)}.`)
  return source
}
