import { z } from 'zod'
import { CSV_DATE_FORMATS, CSV_ENCODINGS } from './types.ts'

// As in other forms: PostgreSQL refuses NUL, and marks that turn the direction of reading can make a text look like another.
const HIDDEN = /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]/u
const HIDDEN_MESSAGE = 'This text contains a hidden character. Type it again instead of pasting it.'

const words = (max: number, missing: string) =>
  z
    .string({ error: missing })
    .trim()
    .min(1, missing)
    .max(max, `Use at most ${max} characters.`)
    .refine((text) => !HIDDEN.test(text), HIDDEN_MESSAGE)

const id = (missing: string) => z.uuid(missing)

/** IBAN or number in one spelling. */
const accountNumber = z
  .string({ error: 'Enter the IBAN or account number.' })
  .transform((text) => text.replaceAll(/[\s-]/g, '').toUpperCase())
  .pipe(
    z.string().regex(/^[A-Z0-9]{4,34}$/, 'An account number has 4 to 34 letters and digits. Copy it from the bank.'),
  )

export const accountSchema = z.object({
  chapterId: id('Choose the chapter.'),
  name: words(100, 'Name the account as the treasurers call it.'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'Choose the currency.'),
  number: accountNumber,
  /** The account that Stripe pays out to, or another one. */
  use: z.enum(['main', 'other'], { error: 'Say whether Stripe pays out to this account.' }),
})

const column = z.string().trim().max(100, 'Use at most 100 characters.').default('')

export const mappingSchema = z
  .object({
    encoding: z.enum(CSV_ENCODINGS, { error: 'Choose the encoding.' }).default('utf-8'),
    delimiter: z
      .enum([',', ';', 'tab', '|'], { error: 'Choose the separator.' })
      .default(',')
      .transform((sign) => (sign === 'tab' ? ('\t' as const) : sign)),
    decimal: z.enum(['.', ','], { error: 'Choose the decimal sign.' }).default('.'),
    dateFormat: z.enum(CSV_DATE_FORMATS, { error: 'Choose how days are written.' }).default('YYYY-MM-DD'),
    skipLines: z.coerce
      .number({ error: 'Enter a number from 0 to 50.' })
      .int('Enter a number from 0 to 50.')
      .min(0, 'Enter a number from 0 to 50.')
      .max(50, 'Enter a number from 0 to 50.')
      .default(1),
    date: column,
    valueDate: column,
    amounts: z.enum(['signed', 'split'], { error: 'Say how amounts are written.' }).default('signed'),
    amount: column,
    debit: column,
    credit: column,
    text: column,
    counterparty: column,
    reference: column,
    balance: column,
  })
  .superRefine((mapping, context) => {
    const need = (field: 'date' | 'amount' | 'debit' | 'credit' | 'text', message: string) => {
      if (mapping[field] === '') context.addIssue({ code: 'custom', path: [field], message })
    }
    need('date', 'Name the column with the day, by its heading or its number.')
    need('text', 'Name the column that says what the line is about.')
    if (mapping.amounts === 'signed') need('amount', 'Name the column with the amount.')
    else {
      need('debit', 'Name the column of money out.')
      need('credit', 'Name the column of money in.')
    }
  })

export const importSchema = z.object({
  bankAccountId: id('Choose the bank account.'),
  file: z
    .object({ name: z.string(), bytes: z.instanceof(Uint8Array) })
    .refine((file) => file.bytes.byteLength > 0, 'Choose a file.'),
})

const listOf = <Item extends z.ZodType>(item: Item) =>
  z.preprocess(
    (value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]),
    z.array(item).max(200, 'Choose at most 200.'),
  )

export const matchSchema = z.object({
  bankAccountId: id('Load the page again.'),
  lineIds: listOf(id('Load the page again.')).refine((ids) => ids.length > 0, 'Choose at least one line of the bank.'),
  /** Movements (`movement:12:whole`) and facts (`gift:…`, `payout:…`, `return:…`). */
  keys: listOf(
    z.string().regex(/^(movement:\d+:(whole|fee)|(gift|payout|return):[A-Za-z0-9_-]+)$/, 'Load the page again.'),
  ).refine((keys) => keys.length > 0, 'Choose at least one thing of our books.'),
})

export const explainSchema = z.object({
  bankAccountId: id('Load the page again.'),
  lineId: id('Load the page again.'),
  how: z.enum(['charge', 'transfer', 'other'], { error: 'Say what it is.' }),
  fundId: z.string().regex(/^\d*$/, 'Choose the fund.').default(''),
  otherAccountId: z.union([id('Choose the other account.'), z.literal('')]).default(''),
  reason: z
    .string()
    .trim()
    .max(500, 'Use at most 500 characters.')
    .refine((text) => !HIDDEN.test(text), HIDDEN_MESSAGE)
    .default(''),
})

export const unmatchSchema = z.object({
  matchId: id('Load the page again.'),
  reason: words(500, 'Say why: the others read it.'),
})
export const withdrawSchema = z.object({
  statementId: id('Load the page again.'),
  reason: words(500, 'Say why: the others read it.'),
})
export const accountIdSchema = z.object({ bankAccountId: id('Load the page again.') })
