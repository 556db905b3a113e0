import { notFound, redirect } from 'next/navigation'
import { chapterIdsWith } from '#lib/auth/policy.ts'
import { currentActor } from '#lib/auth/session.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { AppError } from '#lib/errors.ts'

/** Whoever may see a chapter's holds: each role of it does. A guest signs in first; for others there is nothing here. */
export async function holdPerson(next: string): Promise<UserActor> {
  const actor = await currentActor()
  if (actor.kind !== 'user') redirect(`/sign-in?next=${encodeURIComponent(next)}`)
  if (chapterIdsWith(actor, 'treasurer', 'organizer', 'vetting_reviewer', 'auditor').length === 0) notFound()
  return actor
}

/** What lib answers, or the page that says that there is nothing. */
export async function foundOr404<T>(found: Promise<T>): Promise<T> {
  return found.catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
}
