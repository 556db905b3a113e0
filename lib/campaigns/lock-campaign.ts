import type { DbClient } from '#lib/db/client.ts'
import type { CampaignFacts } from './types.ts'

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
