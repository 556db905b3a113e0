import { z } from 'zod'
import { type AidCategory, aidCategories } from '#lib/campaigns/types.ts'
import { AppError, type FieldErrors } from '#lib/errors.ts'
import { parseMoney } from '#lib/money/parse.ts'

const LINES_MAX = 50

// PostgreSQL refuses NUL, and no honest text has the other control characters but a line's end.
const HIDDEN = /[^\P{Cc}\n\r\t]/u

const words = (max: number, missing: string) =>
  z
    .string({ error: missing })
    .trim()
    .min(1, missing)
    .max(max, `Use at most ${max} characters.`)
    .refine((text) => !HIDDEN.test(text), 'This text contains a hidden character. Type it again instead of pasting it.')

const id = z.uuid('This is not one of ours. Load the page again.')
const version = z.coerce
  .number({ error: 'Load the page again.' })
  .int('Load the page again.')
  .min(1, 'Load the page again.')
const subject = { disbursementId: id, version }
const reason = words(1_000, 'Say why: the others read it.')

const typedLine = z.object({
  category: z.string().default(''),
  description: z.string().default(''),
  amount: z.string().default(''),
})

/** A filled row of the form: `row` is its place there, so that a message finds its field. */
export type TypedLine = { row: number; category: AidCategory; description: string; amount: string }

// Rows left empty are no lines: the form has more rows than most people need, because it works without JavaScript.
const lines = z
  .array(typedLine)
  .max(LINES_MAX, `Use at most ${LINES_MAX} lines.`)
  .transform((rows, context): TypedLine[] => {
    const filled: TypedLine[] = []
    for (const [row, typed] of rows.entries()) {
      const category = typed.category.trim()
      const description = typed.description.trim()
      const amount = typed.amount.trim()
      if (category === '' && description === '' && amount === '') continue
      const problem = (field: string, message: string) =>
        context.addIssue({ code: 'custom', path: [row, field], message })
      const known = aidCategories.find((one) => one === category)
      if (!known) problem('category', 'Choose what kind of aid this line pays for.')
      const described = words(300, 'Say what this line pays for.').safeParse(description)
      if (!described.success)
        problem('description', described.error.issues[0]?.message ?? 'Say what this line pays for.')
      if (amount === '') problem('amount', 'Enter the amount of this line.')
      if (known) filled.push({ row, category: known, description, amount })
    }
    if (filled.length === 0 && rows.every((typed) => typed.description.trim() === '')) {
      context.addIssue({
        code: 'custom',
        path: [0, 'description'],
        message: 'Write at least one line: what the money pays for.',
      })
    }
    return filled
  })

const request = {
  aidGroupId: z.uuid('Choose the aid group.'),
  purpose: words(500, 'Say in a sentence what the money is for.'),
  lines,
}

export const requestSchema = z.object({ campaignId: z.uuid('Choose a campaign.'), ...request })
export const editSchema = z.object({ ...subject, ...request })
export const decisionSchema = z.object(subject)
export const reasonSchema = z.object({ ...subject, reason })

/** The bank's name for the wire, in one spelling, so that the same wire cannot be recorded twice. */
const wireReference = z
  .string()
  .transform((text) => text.trim().replaceAll(/ +/g, '').toUpperCase())
  .pipe(
    z
      .string()
      .min(1, 'Enter the reference that the bank gave the wire.')
      .regex(
        /^[A-Z0-9][A-Z0-9/-]{2,38}[A-Z0-9]$/,
        'A wire reference has 4 to 40 letters, digits, hyphens or slashes. Copy it from the bank’s confirmation.',
      ),
  )

export const releaseSchema = z.object({
  ...subject,
  wireReference,
  /** Which of the fund's bank accounts the wire left from. */
  bankExternalId: z.string().min(1).max(100).default('main'),
  transferFee: z.string().trim().max(60, 'This amount is too long.').default(''),
  takeOver: z
    .union([z.boolean(), z.literal('yes').transform(() => true), z.literal('').transform(() => false)])
    .default(false),
})

const evidence = {
  caption: words(300, 'Say what the file shows.'),
  takenOn: z.iso
    .date('Enter the day as a date, for example 2026-11-23.')
    .transform((day) => new Date(`${day}T00:00:00Z`)),
  lineId: z
    .union([z.uuid('Choose a line.'), z.literal('').transform(() => null)])
    .nullable()
    .default(null),
  file: z
    .object({ name: z.string(), bytes: z.instanceof(Uint8Array) })
    .refine((file) => file.bytes.byteLength > 0, 'Choose a file.'),
}

export const evidenceSchema = z.object({ disbursementId: id, ...evidence })
export const confirmSchema = z.object({ ...subject, evidence: z.object(evidence).nullable().default(null) })
export type NewEvidence = z.output<typeof confirmSchema>['evidence']

export type NewLine = { position: number; category: AidCategory; description: string; amountMinor: bigint }

/** The lines with their amounts in the campaign's currency, and their sum. Throws `invalid_input` at each row. */
export function readLines(typed: readonly TypedLine[], currency: string): { lines: NewLine[]; amountMinor: bigint } {
  const fieldErrors: FieldErrors = {}
  const read = typed.flatMap(({ row, category, description, amount }, index) => {
    try {
      return [{ position: index + 1, category, description, amountMinor: parseMoney(amount, currency) }]
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      fieldErrors[`lines.${row}.amount`] = [error.message]
      return []
    }
  })
  if (Object.keys(fieldErrors).length > 0) {
    throw new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors })
  }
  return { lines: read, amountMinor: read.reduce((sum, line) => sum + line.amountMinor, 0n) }
}

/** What the bank took for the wire, in minor units; empty and "0" are nothing. */
export function readFee(typed: string, currency: string): bigint {
  if (/^0*(?:[.,]0*)?$/.test(typed)) return 0n
  try {
    return parseMoney(typed, currency)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, 'Some fields need your attention.', {
      fieldErrors: { transferFee: [error.message] },
    })
  }
}
