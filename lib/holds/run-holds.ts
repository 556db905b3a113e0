import type { SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { mailChoices } from './mail-choices.ts'
import { settleChoices } from './settle-choices.ts'
import { syncCampaignHolds } from './sync-holds.ts'

/**
 * Everything about holds that nobody waits for: opens and lifts them, sets aside what became available since, writes to
 * givers, does what they chose. Also what a lost job would have done. Answers how many campaigns it looked at.
 */
export async function runHolds(actor: SystemActor): Promise<number> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT DISTINCT c.id FROM campaign c JOIN campaign_aid_group l ON l.campaign_id = c.id
    LEFT JOIN campaign_hold h ON h.campaign_id = c.id AND h.aid_group_id = l.aid_group_id
    WHERE c.status IN ('live', 'paused', 'closed') AND c.fund_id IS NOT NULL AND (h.status IN ('held', 'choosing')
      OR (h.id IS NULL AND NOT aid_group_is_payable(l.aid_group_id, ${now()}::timestamptz)))
    ORDER BY c.id LIMIT 1000`
  return await runEach(
    'run-holds',
    rows.map(({ id }) => id),
    (campaignId) => advanceCampaign(actor, campaignId),
  )
}

/** One campaign, as far as it goes now. */
export async function advanceCampaign(actor: SystemActor, campaignId: string): Promise<void> {
  await syncCampaignHolds(actor, campaignId)
  const choosing = await db().campaignHold.findMany({ where: { campaignId, status: 'choosing' }, select: { id: true } })
  for (const { id } of choosing) {
    await mailChoices(id)
    await settleChoices(actor, id)
  }
  // The alternate that came in may be paid, so the campaign goes on at once.
  if (choosing.length > 0) await syncCampaignHolds(actor, campaignId)
}
