import type { SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { runEach } from '#lib/jobs/run-each.ts'
import { expireGroup, markExpiring } from './end-approval.ts'
import { aidGroupSteps, expiringFrom } from './states.ts'

/**
 * Writes down what the calendar did to approvals: those whose end has passed are expired, those that end within 30 days
 * are expiring, so that reviewers renew them in time. Answers how many of each; run again it finds nothing. Ends are
 * moments, compared in UTC. Money stops at the end itself, whether or not this ran: `isPayable` looks at the date.
 */
export async function endDueApprovals(actor: SystemActor): Promise<{ expired: number; expiring: number }> {
  const at = now()
  const ended = await dueGroups('expire', at)
  const expired = await runEach('expire-approvals', ended, (aidGroupId) =>
    expireGroup(actor, { aidGroupId, reason: 'The approval has come to its end.' }),
  )
  const ending = await dueGroups('mark_expiring', expiringFrom(at))
  const expiring = await runEach('mark-expiring-approvals', ending, (aidGroupId) =>
    markExpiring(actor, { aidGroupId, reason: 'The approval ends within 30 days.' }),
  )
  return { expired, expiring }
}

async function dueGroups(event: 'expire' | 'mark_expiring', until: Date): Promise<string[]> {
  const groups = await db().aidGroup.findMany({
    where: { status: { in: [...aidGroupSteps[event].from] }, approvedUntil: { lte: until } },
    orderBy: { id: 'asc' },
    select: { id: true },
  })
  return groups.map(({ id }) => id)
}
