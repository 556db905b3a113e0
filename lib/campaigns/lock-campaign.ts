import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { canSeeCampaign } from './policy.ts'
import type { CampaignFacts } from './types.ts'

export const notFound = () => new AppError('not_found', 'There is no such campaign.')

/**
 * Goes on only with a campaign of one of the actor's chapters. Anything else is `not_found`, and another chapter's
 * leaves a line in the audit log. Every write begins with it, before its transaction.
 */
export async function requireInScope(
  actor: Actor,
  campaignId: string,
): Promise<{ chapterId: string; currency: string }> {
  const found = await db().campaign.findUnique({
    where: { id: campaignId },
    select: { chapterId: true, currency: true },
  })
  if (found && canSeeCampaign(actor, found.chapterId)) return found
  if (found) {
    const { chapterId } = found
    await recordRefusedAccess(actor, { subjectType: 'campaign', subjectId: campaignId, chapterId })
  }
  throw notFound()
}

/** The campaign locked until the transaction ends, as the rules need it, or null. */
export async function lockCampaign(tx: DbClient, campaignId: string) {
  await tx.$queryRaw`SELECT id FROM campaign WHERE id = ${campaignId}::uuid FOR UPDATE`
  const campaign = await tx.campaign.findUnique({ where: { id: campaignId } })
  return campaign ? { ...campaign, editedByIds: await editedByIds(tx, campaignId) } : null
}

/** Who made, edited or submitted it; the audit log knows, and cannot be changed. */
export async function editedByIds(client: DbClient, campaignId: string): Promise<CampaignFacts['editedByIds']> {
  const events = await client.auditEvent.findMany({
    where: {
      subjectType: 'campaign',
      subjectId: campaignId,
      action: { in: ['campaign.create', 'campaign.update', 'campaign.submit'] },
    },
    distinct: ['actorId'],
    select: { actorId: true },
  })
  return events.map(({ actorId }) => actorId)
}
