import { z } from 'zod'
import { emailAddress } from '../email/address.ts'

const CHOOSE_ROLE = 'Choose a role.'
const CHOOSE_CHAPTER = 'Choose a chapter.'

const roleName = z.enum(['organizer', 'treasurer', 'vetting_reviewer', 'auditor'], { error: CHOOSE_ROLE })
const personId = z.uuid({ error: 'Choose a person.' })
const chapterId = z.uuid({ error: CHOOSE_CHAPTER })

/** A name as people write it; one line, so that it can stand in a mail's header. */
const personName = z
  .string({ error: 'Enter a name.' })
  .max(200, 'Use at most 200 characters.')
  .transform((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim())
  .refine((text) => text.length > 0, 'Enter a name.')

export const signInSchema = z.object({ email: emailAddress, next: z.string().max(2000).optional().catch(undefined) })
export const roleSchema = z.object({ userId: personId, chapterId, role: roleName })
export const personSchema = z.object({ userId: personId })
export const invitationSchema = z.object({ name: personName, email: emailAddress, chapterId, role: roleName })
