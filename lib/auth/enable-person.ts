import { recordEvent } from '../audit/record-event.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { AppError } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import { requireAdmin } from './policy.ts'
import { personSchema } from './schema.ts'
import type { Actor } from './types.ts'

/** Lets a disabled person in again, with the roles they had. For instance administrators. */
export async function enablePerson(actor: Actor, input: unknown): Promise<void> {
  requireAdmin(actor)
  const { userId } = parseInput(personSchema, input)
  await inTransaction(async (tx) => {
    const where = { id: userId, disabledAt: { not: null } }
    const { count } = await tx.user.updateMany({ where, data: { disabledAt: null } })
    if (count === 0) throw new AppError('not_found', 'There is no such person, or they are enabled already.')
    await recordEvent(tx, actor, { action: 'user.enable', subjectType: 'user', subjectId: userId })
  })
}
