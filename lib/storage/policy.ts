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

/** Whether the actor may bring a file of this purpose to the chapter. An applicant's own chapter is that of their group. */
export function canStoreFile(
  actor: Actor,
  purpose: FilePurpose,
  chapterId: string,
  ownChapterId: string | null = null,
): boolean {
  if (actor.kind === 'applicant') return purpose === 'vetting_document' && chapterId === ownChapterId
  return hasRole(actor, chapterId, ...MAY_BRING[purpose])
}

type OpenableFile = { isPublic: boolean; chapterId: string; mediaType?: string; groupIds?: readonly string[] }

/**
 * Whether the actor may fetch the file: a public one anyone, another only somebody with a role in its chapter, and an
 * applicant what is in the dossier of their group (`groupIds`).
 */
export function canOpenFile(actor: Actor, file: OpenableFile): boolean {
  if (file.isPublic || actor.kind === 'system') return true
  if (actor.kind === 'applicant') return file.groupIds?.includes(actor.aidGroupId) ?? false
  if (STATEMENTS.has(file.mediaType ?? '')) return hasRole(actor, file.chapterId, 'treasurer', 'auditor')
  return hasRole(actor, file.chapterId, 'organizer', 'treasurer', 'vetting_reviewer', 'auditor')
}
