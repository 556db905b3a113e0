import { chapterIdsWith, hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'

/** Whether the actor may read the chapter's books with sources and memos, and export them. */
export function canReadBooks(actor: Actor, chapterId: string): boolean {
  return hasRole(actor, chapterId, 'treasurer', 'auditor')
}

/** The chapters whose books the actor may read. */
export function chapterIdsWithBooks(actor: Actor): string[] {
  return chapterIdsWith(actor, 'treasurer', 'auditor')
}
