import { z } from 'zod'

// As in other forms: PostgreSQL refuses NUL, and marks that turn the direction of reading can make a text look like another.
const HIDDEN = /[^\P{Cc}\n\r\t]|[\u202a-\u202e\u2066-\u2069]/u

const reason = z
  .string({ error: 'Say why: the others read it.' })
  .trim()
  .min(1, 'Say why: the others read it.')
  .max(500, 'Use at most 500 characters.')
  .refine((text) => !HIDDEN.test(text), 'This text contains a hidden character. Type it again instead of pasting it.')

export const decideSchema = z.object({
  transactionId: z.string().regex(/^txn_\w{1,200}$/, 'Load the page again.'),
  reason,
})

export const setAsideSchema = z.object({
  eventId: z.string().regex(/^evt_\w{1,200}$/, 'Load the page again.'),
  reason,
})
