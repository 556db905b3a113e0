import { z } from 'zod'
import { wordKinds, wordLanguages } from './types.ts'

const HIDDEN = /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]/u

const words = (min: number, max: number, missing: string) =>
  z
    .string({ error: missing })
    .trim()
    .min(min, missing)
    .max(max, `Use at most ${max} characters.`)
    .refine((text) => !HIDDEN.test(text), 'This text contains a hidden character. Type it again instead of pasting it.')

const reason = words(3, 500, 'Say in a few words why: it stays in the history.')
const PLACED = /^(?:~\s+[^~]+|[^~]+\s+~)$/

export const wordSchema = z
  .object({
    language: z.enum(wordLanguages, 'Choose the language.'),
    kind: z.enum(wordKinds, 'Choose what happens to a text with it.'),
    word: words(0, 80, '').transform((text) => text.replaceAll(/\s+/g, ' ')),
    category: words(2, 60, 'Say what it is, for example “firearms”.'),
    minKilowatts: z
      .union([
        z.literal('').transform(() => null),
        z.coerce
          .number('Write whole kilowatts.')
          .int('Write whole kilowatts.')
          .min(1, 'From 1 kilowatt.')
          .max(100_000, 'At most 100,000.'),
      ])
      .default(null),
    reason,
  })
  .superRefine(({ word, kind }, context) => {
    const problem = wordProblem(word, kind === 'harmless')
    if (problem) context.addIssue({ code: 'custom', path: ['word'], message: problem })
  })

function wordProblem(word: string, isHarmless: boolean): string | null {
  if (!/\p{L}/u.test(word)) return 'Write a word or a phrase.'
  if (/[^\p{L}\p{M}\p{N}\s*~'’ʼ.-]/u.test(word))
    return 'Use letters, digits, spaces, hyphens, and * at the end of a word.'
  if (/(^|\s)\*|\*\S/.test(word)) return 'The * stands at the end of a word: any ending may follow.'
  if (!/\s/.test(word) && /^.{1,2}\*$/u.test(word)) return 'Write at least three letters before the *.'
  if (word.split(/[\s.-]+/).length > 6) return 'Use at most six words.'
  if (!word.includes('~')) return null
  if (isHarmless && PLACED.test(word)) return null
  return 'The ~ begins or ends a harmless phrase, for example “victims of ~”.'
}

export const retireSchema = z.object({ wordId: z.uuid('Choose a word of the list.'), reason })

export const reviewSchema = z.object({
  disbursementId: z.uuid('This is not one of ours. Load the page again.'),
  version: z.coerce.number('Load the page again.').int('Load the page again.').min(1, 'Load the page again.'),
  verdict: z.enum(['allowed', 'refused'], 'Choose one of the two.'),
  reason: words(3, 1_000, 'Say why: what it is used for, and how you know.'),
})
