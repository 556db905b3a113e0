import { recordEvent } from '../audit/record-event.ts'
import { now } from '../clock.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { AppError } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import { requireAdmin } from './policy.ts'
import { roleSchema } from './schema.ts'
import type { Actor } from './types.ts'

/** Takes a role in a chapter away; it acts on the person's next request. For instance administrators. */
export async function revokeRole(actor: Actor, input: unknown): Promise<void> {
  requireAdmin(actor)
  const { userId, chapterId, role } = parseInput(roleSchema, input)
  await inTransaction(async (tx) => {
    const { count } = await tx.chapterRole.updateMany({
      where: { userId, chapterId, role, revokedAt: null },
      data: { revokedAt: now() },
    })
    if (count === 0) throw new AppError('not_found', 'This person does not hold that role.')
    await recordEvent(tx, actor, {
      action: 'role.revoke',
      subjectType: 'user',
      subjectId: userId,
      chapterId,
      detail: { role },
    })
  })
}
