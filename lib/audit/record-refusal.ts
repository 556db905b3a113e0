import type { Actor } from '../auth/types.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { recordEvent } from './record-event.ts'

type RefusedSubject = { subjectType: string; subjectId: string; chapterId: string }

/**
 * Leaves a line in the audit log when a signed-in person asked for something of another chapter, to read or to change
 * it. In a transaction of its own, because the one that was asked for is never made: call it before that one begins.
 */
export async function recordRefusedAccess(actor: Actor, subject: RefusedSubject): Promise<void> {
  if (actor.kind !== 'user') return
  await inTransaction((tx) => recordEvent(tx, actor, { action: 'access.refuse', ...subject }))
}
