import { notFound, redirect } from 'next/navigation'
import { currentActor } from '#lib/auth/session.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { readableChapterIds } from '#lib/disbursements/policy.ts'

/**
 * The person at the treasurers' desk. A guest goes to sign in and comes back to `next`; who has no role with a chapter's
 * money gets "not found". A layout renders beside its page and would not hold it back, so each page asks for itself.
 */
export async function deskPerson(next: string): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user') redirect(`/sign-in?next=${encodeURIComponent(next)}`)
  if (readableChapterIds(actor).length === 0) notFound()
  return actor
}
