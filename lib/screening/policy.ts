import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'

/** Lists are the installation's, not a chapter's: whoever vets in any chapter may bring one in or decide about one. */
export function canKeepLists(actor: Actor): boolean {
  if (actor.kind === 'system') return true
  return actor.kind === 'user' && (actor.isAdmin || chapterIdsWith(actor, 'vetting_reviewer').length > 0)
}

/** Whether the actor may see the lists, their ages and the runs: everyone who may see the vetting desk. */
function canSeeLists(actor: Actor): boolean {
  if (canKeepLists(actor)) return true
  return chapterIdsWith(actor, 'organizer', 'treasurer', 'auditor').length > 0
}

/** To whoever has no part in vetting there are no lists. Throws `not_found` or `forbidden`. */
export function requireListKeeper(actor: Actor): void {
  if (canKeepLists(actor)) return
  if (!canSeeLists(actor)) throw new AppError('not_found', 'There is nothing here.')
  throw new AppError('forbidden', 'Only a vetting reviewer or an administrator can do this.')
}

/** Throws `not_found` for whoever may not see the lists. */
export function requireListReader(actor: Actor): void {
  if (!canSeeLists(actor)) throw new AppError('not_found', 'There is nothing here.')
}
