import { notFound, redirect } from 'next/navigation'
import { currentActor } from '#lib/auth/session.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { readableChapterIds } from '#lib/reconciliation/policy.ts'

/** The treasurer or auditor at this desk; a guest signs in first, and for others there is nothing here. */
export async function bookPerson(next: string): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user') redirect(`/sign-in?next=${encodeURIComponent(next)}`)
  if (readableChapterIds(actor).length === 0) notFound()
  return actor
}
