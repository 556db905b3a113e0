import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'

/** Leaves a line in the audit log when a signed-in person asked for something of another chapter. */
export async function recordRefusedAccess(
  actor: Actor,
  subject: { subjectType: string; subjectId: string; chapterId: string },
): Promise<void> {
  if (actor.kind !== 'user') return
  await inTransaction((tx) => recordEvent(tx, actor, { action: 'access.refuse', ...subject }))
}
