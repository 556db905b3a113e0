import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import type { PledgeSummary } from './types.ts'

/**
 * The monthly pledges of each campaign of the actor's chapters that has any, by currency: how many, how much a month, how many do not
 * pay. Counts and sums alone; who pledged is for nobody's desk.
 */
export async function listPledgeSummaries(actor: Actor, campaignId: string | null = null): Promise<PledgeSummary[]> {
  const chapterIds = chapterIdsWith(actor, 'organizer', 'treasurer', 'auditor')
  if (chapterIds.length === 0) return []
  return db().$queryRaw<PledgeSummary[]>`
    SELECT c.id AS "campaignId", c.title AS "campaignTitle", p.currency,
      count(*) FILTER (WHERE p.status = 'active')::int AS "activeCount",
      count(*) FILTER (WHERE p.status = 'past_due')::int AS "pastDueCount",
      count(*) FILTER (WHERE p.status = 'paused')::int AS "pausedCount",
      count(*) FILTER (WHERE p.status = 'lapsed')::int AS "lapsedCount",
      count(*) FILTER (WHERE p.status = 'cancelled' AND p.subscription_id IS NOT NULL)::int AS "endedCount",
      coalesce(sum(p.amount_minor) FILTER (WHERE p.status IN ('active', 'past_due')), 0)::bigint AS "perMonthMinor",
      coalesce(sum(p.amount_minor) FILTER (WHERE p.status = 'past_due'), 0)::bigint AS "pastDueMinor",
      (SELECT coalesce(sum(d.gift_minor), 0) FROM donation d JOIN pledge own ON own.id = d.pledge_id
        WHERE own.campaign_id = c.id AND own.kind = 'monthly' AND own.currency = p.currency AND d.status = 'settled')::bigint AS "receivedMinor"
    FROM pledge p JOIN campaign c ON c.id = p.campaign_id
    WHERE p.kind = 'monthly' AND p.status <> 'pending' AND c.chapter_id = ANY (${chapterIds}::uuid[])
      AND (${campaignId}::uuid IS NULL OR c.id = ${campaignId}::uuid)
    GROUP BY c.id, p.currency ORDER BY c.title, c.id, p.currency`
}

/** Where mail for a chapter's treasurers goes. */
export async function chapterTreasurers(chapterId: string): Promise<string[]> {
  const roles = await db().chapterRole.findMany({
    where: { chapterId, role: 'treasurer', revokedAt: null, user: { disabledAt: null } },
    select: { user: { select: { email: true } } },
    orderBy: { id: 'asc' },
  })
  return roles.map(({ user }) => user.email)
}
