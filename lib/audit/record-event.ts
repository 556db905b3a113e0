import { type Actor, actorId } from '../auth/types.ts'
import type { DbClient, Prisma } from '../db/client.ts'

export type AuditRecord = {
  /** What was done, as `subject.verb`: `campaign.submit`, `disbursement.approve`. */
  action: string
  subjectType: string
  subjectId: string
  chapterId?: string | null
  reason?: string
  /** Facts worth keeping: states, amounts as decimal strings, hashes. Never names, addresses or bank details. */
  detail?: Prisma.InputJsonObject
}

/**
 * Writes one line of the audit log in the caller's transaction. Make it the transaction's last statement: the log
 * is hash-chained, so writers queue from here to their commit.
 */
export async function recordEvent(tx: DbClient, actor: Actor, record: AuditRecord): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO audit_event (actor_id, action, subject_type, subject_id, chapter_id, reason, detail)
    VALUES (${actorId(actor)}, ${record.action}, ${record.subjectType}, ${record.subjectId},
      ${record.chapterId ?? null}::uuid, ${record.reason ?? null}, ${JSON.stringify(record.detail ?? {})}::jsonb)`
}
