import { recordEvent } from '../audit/record-event.ts'
import { inTransaction } from '../db/in-transaction.ts'
import { hashSessionToken } from './hash-token.ts'
import type { Actor } from './types.ts'

/** Signs out: the session's row is gone, so the cookie is worth nothing from now on, wherever a copy of it is. */
export async function endSession(actor: Actor, sessionToken: string | undefined): Promise<void> {
  if (!sessionToken) return
  await inTransaction(async (tx) => {
    const where = { sessionToken: hashSessionToken(sessionToken) }
    const session = await tx.session.findUnique({ where, select: { id: true } })
    if (!session) return
    await tx.session.deleteMany({ where })
    await recordEvent(tx, actor, { action: 'session.end', subjectType: 'session', subjectId: session.id })
  })
}
