import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { chapterIdsWith, hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'

/** The chapters whose bank accounts the actor may look at. */
export function readableChapterIds(actor: Actor): string[] {
  return chapterIdsWith(actor, 'treasurer', 'auditor')
}

/** The chapters whose bank accounts the actor works with. */
export function reconcilingChapterIds(actor: Actor): string[] {
  return chapterIdsWith(actor, 'treasurer')
}

/**
 * The person, once it is clear that the thing is of a chapter whose books they read. What is another chapter's is "not
 * found" and leaves a line in the audit log; who only reads may not change.
 */
export async function requireReconciler(
  actor: Actor,
  subject: { subjectType: string; subjectId: string; chapterId: string } | null,
): Promise<UserActor> {
  const user = requireUser(actor)
  if (subject && hasRole(user, subject.chapterId, 'treasurer')) return user
  if (subject && hasRole(user, subject.chapterId, 'auditor')) {
    throw new AppError('forbidden', 'Only treasurers of the chapter change this. Your role reads.')
  }
  if (subject) await recordRefusedAccess(user, subject)
  throw new AppError('not_found', 'There is nothing here.')
}
