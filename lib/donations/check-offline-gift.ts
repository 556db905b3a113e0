import { z } from 'zod'
import { emailAddress } from '#lib/email/address.ts'
import { AppError } from '#lib/errors.ts'
import { parseMoney } from '#lib/money/parse.ts'

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u
const HIDDEN_MESSAGE = 'This text contains a character that cannot be shown.'

const line = (max: number) =>
  z
    .string()
    .max(max, `Use at most ${max} characters.`)
    .refine((text) => !HIDDEN.test(text), HIDDEN_MESSAGE)
    .default('')
    .transform((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim() || null)

/** A day as forms send it, at its first moment in UTC. */
export const paidDay = z.iso
  .date('Enter the day as a date, for example 2026-11-23.')
  .transform((day) => new Date(`${day}T00:00:00Z`))
  .refine((day) => day.getUTCFullYear() >= 2000, 'This day is too long ago.')

/** Which campaign, and which shown form: the same form twice is one gift. */
export const offlineTarget = z.object({
  campaignId: z.uuid('Choose the campaign.'),
  submissionKey: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'Open the page again before you send this form.'),
})

/** What a treasurer writes of a gift that came without Stripe; the currency is the campaign's. */
export const offlineGiftSchema = (currency: string) =>
  z
    .object({
      amount: z
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
        }),
      method: z.enum(['cash', 'cheque', 'bank_transfer'], { error: 'Say how the gift came.' }),
      receivedOn: paidDay,
      reference: line(140),
      name: line(100),
      email: z
        .union([z.literal('').transform(() => null), emailAddress])
        .optional()
        .transform((email) => email ?? null),
      showName: z
        .union([z.boolean(), z.enum(['yes', 'on', ''])])
        .optional()
        .transform((ticked) => ticked === true || ticked === 'yes' || ticked === 'on'),
    })
    .refine((gift) => !gift.showName || gift.name !== null, {
      path: ['name'],
      message: 'Write the name to be shown, or leave the name out of the list.',
    })
    .transform(({ amount, ...gift }) => ({ ...gift, amountMinor: amount }))

export type OfflineGiftInput = z.output<ReturnType<typeof offlineGiftSchema>>

const why = z
  .string({ error: 'Say why: the others read it.' })
  .trim()
  .min(1, 'Say why: the others read it.')
  .max(500, 'Use at most 500 characters.')
  .refine((text) => !HIDDEN.test(text), HIDDEN_MESSAGE)

export const offlineCorrection = z.object({ donationId: z.uuid('Load the page again.'), reason: why })

/** The text of a transfer or the number of a cheque; null where nothing is written. */
export const paidReference = line(140)

/** What a treasurer writes of money that was given back without Stripe. */
export const handRefundSchema = z.object({
  donationId: z.string().max(40),
  submissionKey: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'Open the page again before you send this form.'),
  amount: z
    .string({ error: 'Enter the amount.' })
    .trim()
    .min(1, 'Enter the amount.')
    .max(200, 'This amount is too long.'),
  paidOn: paidDay,
  reason: why,
  reference: paidReference,
})

export type HandRefundInput = z.output<typeof handRefundSchema>

export const handReturnSchema = z.object({ refundId: z.string().max(40), reason: why })
