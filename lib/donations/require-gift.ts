import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { donationChapterIds } from './policy.ts'
import { isUuid } from './schema.ts'

const noSuchGift = () => new AppError('not_found', 'There is no such gift.')

/**
 * The person and the gift's chapter, once it is clear that the gift is of one of their chapters. Anything else is "not
 * found", and a look at another chapter's gift leaves a line in the audit log.
 */
export async function requireGiftInScope(
  actor: Actor,
  donationId: string,
): Promise<{ user: UserActor; chapterId: string }> {
  const user = requireUser(actor)
  if (!isUuid(donationId)) throw noSuchGift()
  const found = await db().donation.findUnique({
    where: { id: donationId },
    select: { campaign: { select: { chapterId: true } } },
  })
  if (!found) throw noSuchGift()
  const { chapterId } = found.campaign
  if (donationChapterIds(user).includes(chapterId)) return { user, chapterId }
  await recordRefusedAccess(user, { subjectType: 'donation', subjectId: donationId, chapterId })
  throw noSuchGift()
}
