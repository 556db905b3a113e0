import { recordEvent } from '../audit/record-event.ts'
import { now } from '../clock.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { AppError } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import { requireAdmin } from './policy.ts'
import { lockAdmins, requireAnotherAdmin } from './revoke-admin.ts'
import { personSchema } from './schema.ts'
import type { Actor } from './types.ts'

/** Shuts a person out at once: sessions end and links stop working. The roles stay for the day they are enabled. */
export async function disablePerson(actor: Actor, input: unknown): Promise<void> {
  requireAdmin(actor)
  const { userId } = parseInput(personSchema, input)
  await inTransaction(async (tx) => {
    await lockAdmins(tx)
    const person = await tx.user.findUnique({ where: { id: userId, disabledAt: null }, select: { isAdmin: true } })
    if (!person) throw new AppError('not_found', 'There is no such person, or they are disabled already.')
    if (person.isAdmin) await requireAnotherAdmin(tx, userId)
    await tx.user.update({ where: { id: userId }, data: { disabledAt: now() } })
    await tx.session.deleteMany({ where: { userId } })
    await recordEvent(tx, actor, { action: 'user.disable', subjectType: 'user', subjectId: userId })
  })
}
