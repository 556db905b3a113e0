import { recordEvent } from '../audit/record-event.ts'
import type { DbClient } from '../db/client.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { AppError } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import { requireAdmin } from './policy.ts'
import { personSchema } from './schema.ts'
import type { Actor } from './types.ts'

/** Takes instance administration from a person; never from the last one. For instance administrators. */
export async function revokeAdmin(actor: Actor, input: unknown): Promise<void> {
  requireAdmin(actor)
  const { userId } = parseInput(personSchema, input)
  await inTransaction(async (tx) => {
    await lockAdmins(tx)
    const person = await tx.user.findUnique({ where: { id: userId, isAdmin: true }, select: { disabledAt: true } })
    if (!person) throw new AppError('not_found', 'There is no such administrator.')
    if (!person.disabledAt) await requireAnotherAdmin(tx, userId)
    await tx.user.update({ where: { id: userId }, data: { isAdmin: false } })
    await recordEvent(tx, actor, { action: 'admin.revoke', subjectType: 'user', subjectId: userId })
  })
}

/** The lock that the database's own trigger takes: whoever removes an administrator waits for the one before. */
export async function lockAdmins(tx: DbClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('keep_one_admin', 0))`
}

/** Throws `wrong_state` when nobody but this person is an enabled administrator. Call under `lockAdmins`. */
export async function requireAnotherAdmin(tx: DbClient, userId: string): Promise<void> {
  const others = await tx.user.count({ where: { isAdmin: true, disabledAt: null, id: { not: userId } } })
  if (others === 0) {
    throw new AppError('wrong_state', 'This is the last administrator. Make somebody else one first.')
  }
}
