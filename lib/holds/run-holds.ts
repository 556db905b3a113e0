import type { SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { mailChoices } from './mail-choices.ts'
import { mailReturned, settleReturned } from './mail-returned.ts'
import { settleChoices } from './settle-choices.ts'
import { syncCampaignHolds } from './sync-holds.ts'

/**
 * Everything about holds that nobody waits for: opens and lifts them, sets aside what became available since, writes to
 * givers, does what they chose. Also what a lost job would have done. Answers how many campaigns it looked at.
 */
export async function runHolds(actor: SystemActor): Promise<number> {
  const rows = await db().$queryRaw<{ id: string }[]>`
    SELECT DISTINCT c.id FROM campaign c JOIN campaign_aid_group l ON l.campaign_id = c.id
    WHERE c.status IN ('live', 'paused', 'closed') AND c.fund_id IS NOT NULL
      AND (EXISTS (SELECT FROM campaign_hold h WHERE h.campaign_id = c.id AND h.status IN ('held', 'choosing'))
        -- A hold that was lifted says nothing of what came after it.
        OR NOT EXISTS (SELECT FROM campaign_hold h WHERE h.campaign_id = c.id AND h.aid_group_id = l.aid_group_id AND h.status <> 'cured')
          AND NOT aid_group_is_payable(l.aid_group_id, ${now()}::timestamptz)
          AND NOT aid_group_is_renewing(l.aid_group_id, ${now()}::timestamptz))
    ORDER BY c.id LIMIT 1000`
  const campaigns = rows.map(({ id }) => id)
  const count = await runEach('run-holds', campaigns, (campaignId) => advanceCampaign(actor, campaignId))
  await tendEnded(actor)
  return count
}

/** Holds that have ended and of which a giver waits: for a refund that came back, or one that is on its way again. */
async function tendEnded(actor: SystemActor): Promise<void> {
  const ended = await db().$queryRaw<{ id: string; campaignId: string }[]>`
    SELECT h.id, h.campaign_id AS "campaignId" FROM campaign_hold h WHERE h.status = 'closed'
      AND (EXISTS (SELECT FROM ledger.quarantines q WHERE q.hold_id = h.id) OR EXISTS (
        SELECT FROM donor_choice d LEFT JOIN refund r ON r.id = d.refund_id
        WHERE d.hold_id = h.id AND d.choice = 'refund' AND d.settled_at IS NULL
          AND (r.id IS NULL OR r.status IN ('failed', 'canceled', 'refused') OR r.balance_transaction_id IS NULL)))
    ORDER BY h.id LIMIT 1000`
  const byId = new Map(ended.map((hold) => [hold.id, hold]))
  await runEach('tend-ended', [...byId.keys()], async (id) => {
    const hold = byId.get(id)
    if (!hold) return
    await settleReturned(actor, hold)
    await mailReturned(id)
  })
}

/** One campaign, as far as it goes now. */
export async function advanceCampaign(actor: SystemActor, campaignId: string): Promise<void> {
  await syncCampaignHolds(actor, campaignId)
  const choosing = await db().campaignHold.findMany({ where: { campaignId, status: 'choosing' }, select: { id: true } })
  for (const { id } of choosing) {
    await mailChoices(id)
    await settleChoices(actor, id)
    await mailReturned(id)
  }
  // The alternate that came in may be paid, so the campaign goes on at once.
  if (choosing.length > 0) await syncCampaignHolds(actor, campaignId)
}
