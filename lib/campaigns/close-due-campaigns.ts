import type { SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { closeCampaign } from './close-campaign.ts'

const DAY_MS = 86_400_000

/**
 * Closes every live or paused campaign whose last day for gifts is over. Answers how many it closed; run again it finds
 * nothing. A deadline is a day in UTC, everywhere: chapters have no time zone, and donors give from all of them, so the
 * whole day counts in UTC and the campaign closes at 00:00 UTC of the next one, whatever the clock on the wall says.
 */
export async function closeDueCampaigns(actor: SystemActor): Promise<number> {
  const due = await db().campaign.findMany({
    where: { status: { in: ['live', 'paused'] }, deadline: { lte: new Date(now().getTime() - DAY_MS) } },
    orderBy: { id: 'asc' },
    select: { id: true },
  })
  const reason = 'The last day for gifts is over.'
  return await runEach(
    'close-due-campaigns',
    due.map(({ id }) => id),
    (campaignId) => closeCampaign(actor, { campaignId, reason }),
  )
}
