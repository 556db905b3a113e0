import { type AuditLine, latestAuditLines } from '../audit/queries.ts'
import { requireAdmin } from './policy.ts'
import type { Actor } from './types.ts'

/** The newest lines of the audit log, of all chapters. For instance administrators. */
export async function readAuditLog(actor: Actor, take = 50): Promise<AuditLine[]> {
  requireAdmin(actor)
  return latestAuditLines(take)
}
