import { hasRole } from '#lib/auth/policy.ts'
import type { Actor, Role } from '#lib/auth/types.ts'
import type { FilePurpose } from './types.ts'

const MAY_BRING: Record<FilePurpose, Role[]> = {
  cover: ['organizer'],
  evidence: ['treasurer', 'organizer'],
  vetting_document: ['organizer', 'vetting_reviewer'],
  bank_statement: ['treasurer'],
}

// Statements of a bank name everybody who paid by transfer.
const STATEMENTS = new Set(['application/xml', 'application/x-ofx', 'text/csv'])

/** Whether the actor may bring a file of this purpose to the chapter. */
export function canStoreFile(actor: Actor, purpose: FilePurpose, chapterId: string): boolean {
  return hasRole(actor, chapterId, ...MAY_BRING[purpose])
}

/** Whether the actor may fetch the file: a public one anyone, another only somebody with a role in its chapter. */
export function canOpenFile(actor: Actor, file: { isPublic: boolean; chapterId: string; mediaType?: string }): boolean {
  if (file.isPublic || actor.kind === 'system') return true
  if (STATEMENTS.has(file.mediaType ?? '')) return hasRole(actor, file.chapterId, 'treasurer', 'auditor')
  return hasRole(actor, file.chapterId, 'organizer', 'treasurer', 'vetting_reviewer', 'auditor')
}
