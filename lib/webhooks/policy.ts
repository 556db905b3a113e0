import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'
import type { FeeBearer } from './find-fee-bearer.ts'

/**
 * Whether the person decides about what Stripe did in the account that all chapters share: administrators, and treasurers of
 * the chapter whose general fund takes it.
 */
export function mayDecide(actor: Actor, bearer: FeeBearer | null): boolean {
  if (actor.kind !== 'user') return false
  return actor.isAdmin || (bearer !== null && hasRole(actor, bearer.chapterId, 'treasurer'))
}

/** The person, where they decide for one of these bearers. To others the thing does not exist. */
export function requireDecider(actor: Actor, bearers: readonly (FeeBearer | null)[]): UserActor {
  const user = requireUser(actor)
  if (mayDecide(user, null) || bearers.some((bearer) => mayDecide(user, bearer))) return user
  throw new AppError('not_found', 'There is nothing here.')
}
