import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { cancelDisbursement } from '#lib/disbursements/cancel-disbursement.ts'
import { parseInput } from '#lib/parse-input.ts'
import { requireInScope } from './lock-hold.ts'
import { listFailedGroups } from './read-open.ts'
import { cancelSchema } from './schema.ts'

const REASON = 'The aid group’s part in this campaign has ended; see its hold.'

/**
 * A treasurer calls off everything that was not sent to the aid groups that failed in a campaign: { holdId }. Refunds then find the money
 * that was promised. Answers how many; throws as cancelDisbursement does, and what was cancelled before stays so.
 */
export async function cancelUnsent(actor: Actor, input: unknown): Promise<number> {
  const { holdId } = parseInput(cancelSchema, input)
  const { campaignId } = await requireInScope(actor, holdId)
  const { aidGroupId } = await db().campaignHold.findUniqueOrThrow({
    where: { id: holdId },
    select: { aidGroupId: true },
  })
  // Of a campaign with several groups each may have failed with something promised to it.
  const groupIds = new Set([aidGroupId, ...(await listFailedGroups(db(), campaignId))])
  const unsent = await db().disbursement.findMany({
    where: { campaignId, aidGroupId: { in: [...groupIds] }, status: { in: ['requested', 'approved'] } },
    orderBy: { number: 'asc' },
    select: { id: true, version: true },
  })
  for (const { id: disbursementId, version } of unsent) {
    await cancelDisbursement(actor, { disbursementId, version, reason: REASON })
  }
  return unsent.length
}
