import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { parseMoney } from '#lib/money/parse.ts'

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u
const HIDDEN_MESSAGE = 'This text contains a character that cannot be shown.'

/** Which purse, and which shown form: the same form twice is one exchange. */
export const exchangeTarget = z.object({
  fundId: z.string().regex(/^\d{1,15}$/, 'There is no such purse.'),
  submissionKey: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'Open the page again before you send this form.'),
})

const amountIn = (currency: string) =>
  z
    .string({ error: 'Enter the amount.' })
    .max(200, 'This amount is too long.')
    .transform((typed, context) => {
      try {
        return parseMoney(typed, currency)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        context.addIssue({ code: 'custom', message: error.message })
        return z.NEVER
      }
    })

const bank = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'Choose the bank account.')
  .default('main')

/** What the bank's statements say of an exchange: what left, what the bank kept beside it, what arrived. */
export const exchangeSchema = (fromCurrency: string, toCurrency: string) =>
  z.object({
    left: amountIn(fromCurrency),
    fee: z.union([z.literal('').transform(() => 0n), amountIn(fromCurrency)]).default(0n),
    arrived: amountIn(toCurrency),
    exchangedOn: z.iso
      .date('Enter the day as a date, for example 2026-11-23.')
      .transform((day) => new Date(`${day}T00:00:00Z`))
      .refine((day) => day.getUTCFullYear() >= 2000, 'This day is too long ago.'),
    rateSource: z
      .string({ error: 'Say where both amounts stand.' })
      .max(140, 'Use at most 140 characters.')
      .refine((text) => !HIDDEN.test(text), HIDDEN_MESSAGE)
      .transform((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim())
      .refine((text) => text !== '', 'Say where both amounts stand.'),
    fromBank: bank,
    toBank: bank,
  })

export type ExchangeInput = z.output<ReturnType<typeof exchangeSchema>>

export const exchangeCorrection = z.object({
  exchangeId: z.uuid('Load the page again.'),
  reason: z
    .string({ error: 'Say why: the others read it.' })
    .trim()
    .min(1, 'Say why: the others read it.')
    .max(500, 'Use at most 500 characters.')
    .refine((text) => !HIDDEN.test(text), HIDDEN_MESSAGE),
})
