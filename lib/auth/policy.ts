import { AppError } from '../errors.ts'
import type { Actor, Role, UserActor } from './types.ts'

/** Whether the actor holds one of the roles in this chapter. Being instance administrator gives no chapter role. */
export function hasRole(actor: Actor, chapterId: string, ...roles: Role[]): boolean {
  return actor.kind === 'user' && actor.roles.some((held) => held.chapterId === chapterId && roles.includes(held.role))
}

/** The chapters in which the actor holds one of the roles; what scoped look-ups filter by. */
export function chapterIdsWith(actor: Actor, ...roles: Role[]): string[] {
  if (actor.kind !== 'user') return []
  return [...new Set(actor.roles.filter((held) => roles.includes(held.role)).map((held) => held.chapterId))]
}

/** The actor as a signed-in person. Throws `not_signed_in` otherwise. */
export function requireUser(actor: Actor): UserActor {
  if (actor.kind !== 'user') throw new AppError('not_signed_in', 'Sign in to go on.')
  return actor
}
