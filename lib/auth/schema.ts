import { z } from 'zod'
import { emailAddress } from '../email/address.ts'

const CHOOSE_ROLE = 'Choose a role.'
const CHOOSE_CHAPTER = 'Choose a chapter.'

const roleName = z.enum(['organizer', 'treasurer', 'vetting_reviewer', 'auditor'], { error: CHOOSE_ROLE })
const personId = z.uuid({ error: 'Choose a person.' })
const chapterId = z.uuid({ error: CHOOSE_CHAPTER })

// Marks that hide text or turn its direction make one person look like another; joiners stay, names need them.
const TURNS_OR_HIDES = /(?![\u200c\u200d])[\p{Cf}\p{Co}]/u

/** A name as people write it; one line, so that it can stand in a mail's header. */
const personName = z
  .string({ error: 'Enter a name.' })
  .max(200, 'Use at most 200 characters.')
  .transform((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim())
  .refine((text) => text.length > 0, 'Enter a name.')
  .refine((text) => !TURNS_OR_HIDES.test(text), 'The name has a hidden character. Type it again instead of pasting it.')

export const signInSchema = z.object({ email: emailAddress, next: z.string().max(2000).optional().catch(undefined) })
export const roleSchema = z.object({ userId: personId, chapterId, role: roleName })
export const personSchema = z.object({ userId: personId })
export const invitationSchema = z.object({ name: personName, email: emailAddress, chapterId, role: roleName })
