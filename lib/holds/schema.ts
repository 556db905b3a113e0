import { z } from 'zod'
import { idText, reasonText } from '#lib/vetting/schema.ts'
import { choices } from './types.ts'

const version = z.coerce.number('The page is out of date. Load it again.').int().min(1).max(2_000_000_000)

export const failSchema = z.object({ holdId: idText, version, reason: reasonText })

export const confirmSchema = z.object({ holdId: idText, version })

export const closeSchema = z.object({ holdId: idText, version, reason: reasonText })

export const settleSchema = z.object({ choiceId: idText, note: reasonText })

export const cancelSchema = z.object({ holdId: idText })

export const answerSchema = z.object({
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'This link is not complete.'),
  choice: z.enum(choices, 'Choose one of the two.'),
})
