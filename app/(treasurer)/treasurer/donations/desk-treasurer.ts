import { notFound } from 'next/navigation'
import type { UserActor } from '#lib/auth/types.ts'
import { donationChapterIds } from '#lib/donations/policy.ts'
import { deskPerson } from '../disbursements/desk-person.ts'

/** Somebody who may look at single gifts: a chapter's treasurer or auditor. To others the page does not exist. */
export async function deskTreasurer(next: string): Promise<UserActor> {
  const actor = await deskPerson(next)
  if (donationChapterIds(actor).length === 0) notFound()
  return actor
}
