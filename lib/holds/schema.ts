import { z } from 'zod'
import { paidDay, paidReference } from '#lib/donations/check-offline-gift.ts'
import { idText, reasonText } from '#lib/vetting/schema.ts'
import { choices } from './types.ts'

const version = z.coerce.number('The page is out of date. Load it again.').int().min(1).max(2_000_000_000)

export const failSchema = z.object({ holdId: idText, version, reason: reasonText })

export const confirmSchema = z.object({ holdId: idText, version })

export const closeSchema = z.object({ holdId: idText, version, reason: reasonText })

/** What became of a refund that no card took. The day is asked for where it was given back. */
export const settleSchema = z
  .object({
    choiceId: idText,
    how: z.enum(['given_back', 'kept'], 'Say what became of it.'),
    paidOn: z.union([z.literal('').transform(() => null), paidDay]).default(null),
    reference: paidReference,
    note: reasonText,
  })
  .refine(({ how, paidOn }) => how === 'kept' || paidOn !== null, { path: ['paidOn'], message: 'Enter the day.' })

export type SettleInput = z.output<typeof settleSchema>

export const retrySchema = z.object({ choiceId: idText })

export const cancelSchema = z.object({ holdId: idText })

export const answerSchema = z.object({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'This link is not complete.'),
  choice: z.enum(choices, 'Choose one of the two.'),
})
