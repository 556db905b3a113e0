import { recordEvent } from '../audit/record-event.ts'
import { db } from '../db/client.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { invitationMail } from '../email/invitation-mail.tsx'
import { queueMail } from '../email/queue-mail.ts'
import { renderMail } from '../email/render-mail.ts'
import { env } from '../env.ts'
import { AppError } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import { writeRole } from './grant-role.ts'
import { requireAdmin } from './policy.ts'
import { invitationSchema } from './schema.ts'
import type { Actor, Role } from './types.ts'

const IN_WORDS: Record<Role, string> = {
  organizer: 'organizer',
  treasurer: 'treasurer',
  vetting_reviewer: 'vetting reviewer',
  auditor: 'auditor',
}

/**
 * Makes an account with one role and mails the person where to sign in. Returns the person's id. For instance
 * administrators; an address that has an account already is refused at its field.
 */
export async function invitePerson(actor: Actor, input: unknown): Promise<{ userId: string }> {
  const admin = requireAdmin(actor)
  const { name, email, chapterId, role } = parseInput(invitationSchema, input)
  const chapter = await db().chapter.findUnique({ where: { id: chapterId }, select: { name: true } })
  if (!chapter) {
    throw new AppError('invalid_input', 'There is a problem', { fieldErrors: { chapterId: ['Choose a chapter.'] } })
  }
  const link = new URL('/sign-in', env().APP_URL).toString()
  const mail = await renderMail(
    invitationMail({ recipient: email, name, role: IN_WORDS[role], chapter: chapter.name, link }),
  )
  return inTransaction(async (tx) => {
    // A lost race for the same address does nothing here and is told like one that was there before.
    const [person] = await tx.$queryRaw<{ id: string }[]>`
      INSERT INTO "user" (email, name) VALUES (${email}, ${name}) ON CONFLICT (email) DO NOTHING RETURNING id`
    if (!person) {
      const taken = 'This address has an account already. Give it the role in the list of people.'
      throw new AppError('invalid_input', 'There is a problem', { fieldErrors: { email: [taken] } })
    }
    await writeRole(tx, { userId: person.id, chapterId, role, grantedById: admin.userId })
    await queueMail(tx, mail)
    const subject = { subjectType: 'user', subjectId: person.id, chapterId }
    await recordEvent(tx, actor, { action: 'user.invite', ...subject, detail: { role } })
    return { userId: person.id }
  })
}
