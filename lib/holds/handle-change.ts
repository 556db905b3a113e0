import type { SystemActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { advanceCampaign } from './run-holds.ts'

const WORKER: SystemActor = { kind: 'system', name: 'worker' }

/** What a step of an aid group into or out of payment does to its campaigns. The job of lib/vetting/move-group.ts. */
export async function handleGroupChange({ aidGroupId }: { aidGroupId: string }): Promise<void> {
  const links = await db().campaignAidGroup.findMany({
    where: { aidGroupId },
    select: { campaignId: true },
    orderBy: { campaignId: 'asc' },
  })
  for (const { campaignId } of links) await advanceCampaign(WORKER, campaignId)
}
