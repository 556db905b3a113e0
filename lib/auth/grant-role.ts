import { recordEvent } from '../audit/record-event.ts'
import { type DbClient, db } from '../db/client.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { AppError } from '../errors.ts'
import { parseInput } from '../parse-input.ts'
import { requireAdmin } from './policy.ts'
import { roleSchema } from './schema.ts'
import type { Actor, Role } from './types.ts'

/** Gives another person a role in a chapter. For instance administrators. Granting what is held changes nothing. */
export async function grantRole(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireAdmin(actor)
  const grant = parseInput(roleSchema, input)
  if (grant.userId === userId) {
    throw new AppError('segregation_of_duties', 'You cannot give a role to yourself. Ask another administrator.')
  }
  const [person, chapter] = await Promise.all([
    db().user.findUnique({ where: { id: grant.userId }, select: { disabledAt: true } }),
    db().chapter.findUnique({ where: { id: grant.chapterId }, select: { id: true } }),
  ])
  if (!person || !chapter) throw new AppError('not_found', 'There is no such person or chapter.')
  if (person.disabledAt) throw new AppError('wrong_state', 'This person is disabled. Enable them first.')
  await inTransaction(async (tx) => {
    if (!(await writeRole(tx, { ...grant, grantedById: userId }))) return
    await recordEvent(tx, actor, {
      action: 'role.grant',
      subjectType: 'user',
      subjectId: grant.userId,
      chapterId: grant.chapterId,
      detail: { role: grant.role },
    })
  })
}

type Grant = { userId: string; chapterId: string; role: Role; grantedById: string }

/** Whether the row changed; false when the role was held already. */
export async function writeRole(tx: DbClient, grant: Grant): Promise<boolean> {
  const { userId, chapterId, role, grantedById } = grant
  const changed = await tx.$executeRaw`
    INSERT INTO chapter_role (user_id, chapter_id, role, granted_by_id)
    VALUES (${userId}::uuid, ${chapterId}::uuid, ${role}::role, ${grantedById}::uuid)
    ON CONFLICT (user_id, chapter_id, role) DO UPDATE SET revoked_at = NULL, granted_by_id = EXCLUDED.granted_by_id
    WHERE chapter_role.revoked_at IS NOT NULL`
  return changed > 0
}
