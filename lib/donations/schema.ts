import { z } from 'zod'
import { emailAddress } from '#lib/email/address.ts'
import { AppError } from '#lib/errors.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseMoney } from '#lib/money/parse.ts'
import { toStripeAmount } from '#lib/money/stripe-amount.ts'
import { giftChoices, TIP_PERCENTS } from './policy.ts'

const text = (max: number) => z.string().max(max)
/** A checkbox of a form, or a boolean from a program. */
const ticked = z
  .union([z.boolean(), z.literal(['yes', 'on', ''])])
  .optional()
  .transform((value) => value === true || value === 'yes' || value === 'on')

/** Which campaign, and which shown form: a double click and a resend carry the same key. */
export const givingTarget = z.object({
  campaignSlug: text(200),
  submissionKey: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'Open the page again before you send this form.'),
})

/**
 * The first step. An amount that was written wins over a chosen one. The currency is the campaign's: whatever
 * currency, price or total the form may have sent is not read.
 */
export const giftSchema = (currency: string) =>
  z
    .object({
      amount: text(200).transform((written, context) => {
        try {
          return readGift(written, currency)
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          context.addIssue({ code: 'custom', message: error.message })
          return z.NEVER
        }
      }),
      coverFee: ticked,
      tip: z.literal(['none', '', ...TIP_PERCENTS], 'Choose one of the tips.').optional(),
    })
    .transform(({ amount, coverFee, tip }) => ({
      giftMinor: amount,
      coverFee,
      tipPercent: tip === 'none' ? 0n : BigInt(tip || '0'),
    }))

/** The amount of a form that offers choices beside a field of one's own. */
export function chosenAmount(form: { amount?: unknown; preset?: unknown }): string {
  const written = typeof form.amount === 'string' && form.amount.trim() !== '' ? form.amount : form.preset
  return typeof written === 'string' ? written : ''
}

/** The second step. Showing the name and showing the amount are two choices, and neither is made beforehand. */
export const giverSchema = z
  .object({ name: personName(), email: emailAddress, showName: ticked, showAmount: ticked })
  .refine((giver) => !giver.showName || giver.name !== null, {
    path: ['name'],
    message: 'Write the name to be shown, or leave your name out of the list.',
  })

export type GiverInput = z.output<typeof giverSchema>

function personName() {
  return z
    .string()
    .max(100, 'Use at most 100 characters.')
    .refine(
      (name) => !/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(name),
      'This name contains a character that cannot be shown.',
    )
    .optional()
    .transform((name) => name?.normalize('NFC').replace(/\s+/g, ' ').trim() || null)
}

function readGift(written: string, currency: string): bigint {
  if (written.trim() === '') throw new AppError('invalid_input', 'Choose an amount, or write your own.')
  const giftMinor = parseMoney(written, currency)
  const { minMinor, maxMinor } = giftChoices(currency)
  if (giftMinor < minMinor)
    throw new AppError('invalid_input', `The smallest gift by card is ${formatMoney(minMinor, currency)}.`)
  if (giftMinor > maxMinor) {
    throw new AppError(
      'invalid_input',
      `The largest gift by card is ${formatMoney(maxMinor, currency)}. For more, write to the chapter.`,
    )
  }
  toStripeAmount(giftMinor, currency)
  return giftMinor
}

/** A form that leads to a page for another card: sent twice, it opens one. */
export const cardChangeSchema = z.object({ token: text(200), submissionKey: givingTarget.shape.submissionKey })

const DAY_MS = 86_400_000
const PAUSE_DAYS_MAX = 366

/** Instead of a day: until the donor resumes it. */
export const UNTIL_RESUMED = 'resumed'

/** Until which day a pledge pauses, counted in UTC like every day here. */
export const pausePledgeSchema = (at: Date) =>
  z.object({
    token: text(200),
    until: text(40).transform((written, context) => {
      if (written === UNTIL_RESUMED) return null
      const day = new Date(`${written}T00:00:00Z`)
      const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(`${written}T`)
      const message = !isDay
        ? 'Choose the day on which it may go on.'
        : day <= at
          ? 'Choose a day that is still to come.'
          : day.getTime() - at.getTime() > PAUSE_DAYS_MAX * DAY_MS
            ? 'Choose a day within a year, or pause until you resume it yourself.'
            : null
      if (message === null) return day
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }),
  })

/** Whether a text that came from outside can be one of our ids. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
}

/** A refund from the desk. `amount` is text in the currency of the gift; its field says what can still be refunded. */
export const refundSchema = z.object({
  donationId: text(40),
  amount: text(200),
  reason: text(500).transform((written, context) => {
    const reason = written.replace(/\s+/g, ' ').trim()
    if (reason !== '') return reason
    context.addIssue({ code: 'custom', message: 'Write why: the chapter’s people read it beside the refund.' })
    return z.NEVER
  }),
  submissionKey: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/, 'Open the page again before you send this form.'),
})

const day = text(10).refine(
  (written) =>
    written === '' || (/^\d{4}-\d{2}-\d{2}$/.test(written) && !Number.isNaN(Date.parse(`${written}T00:00:00Z`))),
  'Write the day as 2026-11-23.',
)
const uuidOrNothing = text(40).refine((written) => written === '' || isUuid(written), 'This address is not complete.')

/** What the treasurers' list of gifts is asked for: facts of gifts, never a name. Nothing is an empty text. */
export const giftSearchSchema = z
  .object({
    text: text(100).transform((written) => written.trim()),
    campaign: text(200),
    from: day,
    to: day,
    amount: text(40).transform((written) => written.trim()),
    status: z
      .enum(['', 'settled', 'refunded', 'disputed', 'started', 'failed'], 'Choose one of the states.')
      .transform((word) => word || null),
    donor: uuidOrNothing,
    before: uuidOrNothing,
  })
  .partial()

export type GiftSearch = z.output<typeof giftSearchSchema>
