import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { applyPledgeWish } from './apply-pledge-wish.ts'
import { endPledge } from './cancel-pledge.ts'
import { lockPledge } from './lock-pledge.ts'

// A wish is applied by whoever wrote it; one that is older than this was left behind by a crash or a silent Stripe.
const PATIENCE_MS = 60_000

/**
 * Lets monthly pledges follow their campaigns: none is charged while its campaign is paused, and none after it closed;
 * each donor is told. Also finishes what was wished and has not reached Stripe. Safe to run at any time; answers how
 * many pledges it brought along.
 */
export async function syncCampaignPledges(actor: Actor): Promise<number> {
  const rows = await db().$queryRaw<{ id: string; step: 'end' | 'pause' | 'resume' | 'wish' }[]>`
    SELECT p.id, CASE WHEN c.status IN ('closed', 'settled') AND p.end_reason IS NULL THEN 'end'
        WHEN c.status = 'paused' AND p.campaign_paused_at IS NULL THEN 'pause'
        WHEN c.status = 'live' AND p.campaign_paused_at IS NOT NULL THEN 'resume' ELSE 'wish' END AS step
    FROM pledge p JOIN campaign c ON c.id = p.campaign_id
    WHERE p.kind = 'monthly' AND p.status IN ('active', 'past_due', 'paused') AND (
      (c.status IN ('closed', 'settled') AND p.end_reason IS NULL)
      OR (c.status = 'paused' AND p.campaign_paused_at IS NULL AND p.end_reason IS NULL)
      OR (c.status = 'live' AND p.campaign_paused_at IS NOT NULL)
      OR p.wish_at <= ${new Date(now().getTime() - PATIENCE_MS)})
    ORDER BY p.id LIMIT 1000`
  const steps = new Map(rows.map(({ id, step }) => [id, step]))
  return runEach('sync-campaign-pledges', [...steps.keys()], async (id) => {
    const step = steps.get(id)
    if (step === 'end') return endPledge(actor, id, 'campaign_ended')
    if (step !== 'wish') await follow(id, step === 'pause')
    return applyPledgeWish(actor, id)
  })
}

async function follow(pledgeId: string, isPaused: boolean): Promise<void> {
  await inTransaction(async (tx) => {
    const pledge = await lockPledge(tx, pledgeId)
    if ((pledge.campaign.status === 'paused') !== isPaused || (pledge.campaignPausedAt !== null) === isPaused) return
    const data = { campaignPausedAt: isPaused ? now() : null, wishAt: now(), version: { increment: 1 } }
    await tx.pledge.update({ where: { id: pledgeId }, data })
  })
}
