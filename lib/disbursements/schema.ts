import { z } from 'zod'
import { type AidCategory, aidCategories } from '#lib/campaigns/types.ts'
import { AppError } from '#lib/errors.ts'
import { parseMoney } from '#lib/money/parse.ts'

const LINES_MAX = 50

// PostgreSQL refuses NUL, no honest text has other control characters than a line's end, and marks that turn the
// direction of reading can make an amount look like another.
const HIDDEN = /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]/u

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

export type NewLine = { position: number; category: AidCategory; description: string; amountMinor: bigint }

// Rows left empty are no lines: the form has more rows than most people need, because it works without JavaScript.
// Every wrong field of every row is named at once.
const linesIn = (currency: string) =>
  z
    .array(typedLine)
    .max(LINES_MAX, `Use at most ${LINES_MAX} lines.`)
    .transform((rows, context): NewLine[] => {
      const filled: NewLine[] = []
      for (const [row, typed] of rows.entries()) {
        if (Object.values(typed).every((text) => text.trim() === '')) continue
        const line = readLine(typed, currency, (field, message) =>
          context.addIssue({ code: 'custom', path: [row, field], message }),
        )
        if (line) filled.push({ ...line, position: filled.length + 1 })
      }
      if (rows.every((typed) => Object.values(typed).every((text) => text.trim() === ''))) {
        const message = 'Write at least one line: what the money pays for.'
        context.addIssue({ code: 'custom', path: [0, 'description'], message })
      }
      return filled
    })

type Problem = (field: keyof z.infer<typeof typedLine>, message: string) => void

function readLine(
  typed: z.infer<typeof typedLine>,
  currency: string,
  problem: Problem,
): Omit<NewLine, 'position'> | null {
  const category = aidCategories.find((known) => known === typed.category.trim())
  if (!category) problem('category', 'Choose what kind of aid this line pays for.')
  const described = words(300, 'Say what this line pays for.').safeParse(typed.description)
  if (!described.success) problem('description', described.error.issues[0]?.message ?? 'Say what this line pays for.')
  const amountMinor = readAmount(typed.amount, currency, (message) => problem('amount', message))
  if (!category || !described.success || amountMinor === null) return null
  return { category, description: described.data, amountMinor }
}

function readAmount(typed: string, currency: string, problem: (message: string) => void): bigint | null {
  try {
    return parseMoney(typed, currency)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    problem(error.message)
    return null
  }
}

const requestIn = (currency: string) => ({
  aidGroupId: z.uuid('Choose the aid group.'),
  purpose: words(500, 'Say in a sentence what the money is for.'),
  lines: linesIn(currency),
})

/** Which campaign or disbursement it is about comes first: its currency is needed to read the amounts. */
export const campaignSchema = z.object({ campaignId: z.uuid('Choose a campaign.') })
export const requestSchema = (currency: string) => z.object(requestIn(currency))
export const decisionSchema = z.object(subject)
export const reasonSchema = z.object({ ...subject, reason })

const tick = z
  .union([z.boolean(), z.literal('yes').transform(() => true), z.literal('').transform(() => false)])
  .default(false)
/** `nothingLeft`: whoever began the wire looked at the bank's statement, and it was not sent. */
export const cancelSchema = reasonSchema.extend({ nothingLeft: tick })

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
  takeOver: tick,
  /** The bank had sent it before a gate shut. */
  leftBefore: tick,
  /** What the bank's statement shows of it; needed with `leftBefore`. */
  leftReason: z.string().trim().max(1000, 'This is longer than 1,000 letters.').default(''),
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
