import { db } from '../db/client.ts'

export type AuditLine = {
  id: bigint
  at: Date
  action: string
  /** The person's name as it is today, or `guest`, `system:worker` … */
  actorName: string
  subjectType: string
  subjectId: string
  chapterName: string | null
  reason: string | null
}

/** The newest lines of the audit log. The caller decides who may ask: see lib/auth/read-audit-log.ts. */
export function latestAuditLines(take: number): Promise<AuditLine[]> {
  return db().$queryRaw<AuditLine[]>`
    SELECT event.id, event.at, event.action, coalesce(person.name, person.email, event.actor_id) AS "actorName",
      event.subject_type AS "subjectType", event.subject_id AS "subjectId", chapter.name AS "chapterName", event.reason
    FROM audit_event AS event
      LEFT JOIN "user" AS person ON person.id::text = event.actor_id
      LEFT JOIN chapter ON chapter.id = event.chapter_id
    ORDER BY event.id DESC LIMIT ${take}`
}
