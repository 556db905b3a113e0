import { recordEvent } from '../audit/record-event.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { AppError } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import { requireAdmin } from './policy.ts'
import { personSchema } from './schema.ts'
import type { Actor } from './types.ts'

/** Makes an enabled person an instance administrator. For instance administrators. */
export async function grantAdmin(actor: Actor, input: unknown): Promise<void> {
  requireAdmin(actor)
  const { userId } = parseInput(personSchema, input)
  await inTransaction(async (tx) => {
    const where = { id: userId, isAdmin: false, disabledAt: null }
    const { count } = await tx.user.updateMany({ where, data: { isAdmin: true } })
    if (count === 0) throw new AppError('not_found', 'There is no such person, or they are an administrator already.')
    await recordEvent(tx, actor, { action: 'admin.grant', subjectType: 'user', subjectId: userId })
  })
}
