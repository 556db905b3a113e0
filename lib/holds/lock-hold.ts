import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import type { Actor } from '#lib/auth/types.ts'
import { lockCampaign } from '#lib/campaigns/lock-campaign.ts'
import type { LockedCampaign } from '#lib/campaigns/move-campaign.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError, assertInvariant } from '#lib/errors.ts'
import { canSeeHold } from './policy.ts'

export const notFound = () => new AppError('not_found', 'There is no such hold.')

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Goes on only with a hold of one of the actor's chapters, and answers its campaign. Anything else is `not_found`, and
 * another chapter's leaves a line in the audit log.
 */
export async function requireInScope(actor: Actor, holdId: string): Promise<{ campaignId: string; chapterId: string }> {
  if (!UUID.test(holdId)) throw notFound()
  const found = await db().campaignHold.findUnique({
    where: { id: holdId },
    select: { campaign: { select: { id: true, chapterId: true } } },
  })
  if (!found) throw notFound()
  const { id: campaignId, chapterId } = found.campaign
  if (canSeeHold(actor, chapterId)) return { campaignId, chapterId }
  await recordRefusedAccess(actor, { subjectType: 'campaign_hold', subjectId: holdId, chapterId })
  throw notFound()
}

export type LockedHold = NonNullable<Awaited<ReturnType<typeof readHold>>>

/**
 * The campaign and then the hold, locked until the transaction ends: every writer of this folder takes them in this
 * order, so that what happens to a campaign's holds happens one after another. Throws `not_found`.
 */
export async function lockHold(
  tx: DbClient,
  campaignId: string,
  holdId: string,
): Promise<{ campaign: LockedCampaign; hold: LockedHold }> {
  const campaign = await lockCampaign(tx, campaignId)
  await tx.$queryRaw`SELECT id FROM campaign_hold WHERE id = ${holdId}::uuid FOR UPDATE`
  const hold = await readHold(tx, holdId)
  if (!campaign || !hold) throw notFound()
  assertInvariant(hold.campaignId === campaign.id, 'a hold belongs to its campaign')
  return { campaign, hold }
}

async function readHold(tx: DbClient, holdId: string) {
  const hold = await tx.campaignHold.findUnique({
    where: { id: holdId },
    include: { campaign: { select: { chapterId: true } } },
  })
  return hold ? { ...hold, chapterId: hold.campaign.chapterId } : null
}

/** Throws `conflict` when the hold is no longer the one the person looked at. */
export function requireVersion(hold: { version: number }, seen: number): void {
  if (hold.version !== seen) {
    throw new AppError('conflict', 'This hold was changed while you looked at it. Read it again, then decide.')
  }
}
