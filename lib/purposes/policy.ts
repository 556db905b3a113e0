import { chapterIdsWith, hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import type { ErrorCode } from '#lib/errors.ts'

type Refusal = { code: ErrorCode; message: string }
type Facts = { chapterId: string; requestedById: string; status: string; isReviewed: boolean }

/** Why the actor may not decide about the dual-use words of this request, or null. */
export function refuseReview(actor: Actor, facts: Facts): Refusal | null {
  if (actor.kind === 'user' && actor.userId === facts.requestedById) {
    return { code: 'segregation_of_duties', message: 'You made this request, so another person looks at its words.' }
  }
  if (!hasRole(actor, facts.chapterId, 'vetting_reviewer', 'treasurer')) {
    return { code: 'forbidden', message: 'Vetting reviewers and treasurers of the chapter look at dual-use words.' }
  }
  if (facts.status !== 'requested') return { code: 'wrong_state', message: 'This request does not wait any more.' }
  if (facts.isReviewed) return { code: 'wrong_state', message: 'Somebody has decided about this version already.' }
  return null
}

/** The chapters whose requests the actor may look at here. */
export function reviewableChapterIds(actor: Actor): string[] {
  return chapterIdsWith(actor, 'vetting_reviewer', 'treasurer', 'organizer', 'auditor')
}
