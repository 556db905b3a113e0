import { db } from '../db/client.ts'

export type AuditLine = {
  id: bigint
  at: Date
  action: string
  /** The person's name as it is today, or `guest`, `system:worker` … */
  actorName: string
  subjectType: string
  /** The name of the person it was done to; null when it was done to something else. */
  subjectName: string | null
  chapterName: string | null
  reason: string | null
}

/** The newest lines of the audit log. The caller decides who may ask: see lib/auth/read-audit-log.ts. */
export function latestAuditLines(take: number): Promise<AuditLine[]> {
  return db().$queryRaw<AuditLine[]>`
    SELECT event.id, event.at, event.action, coalesce(person.name, person.email, event.actor_id) AS "actorName",
      event.subject_type AS "subjectType", coalesce(subject.name, subject.email) AS "subjectName",
      chapter.name AS "chapterName", event.reason
    FROM audit_event AS event
      LEFT JOIN "user" AS person ON person.id::text = event.actor_id
      LEFT JOIN "user" AS subject ON event.subject_type = 'user' AND subject.id::text = event.subject_id
      LEFT JOIN chapter ON chapter.id = event.chapter_id
    ORDER BY event.id DESC LIMIT ${take}`
}
