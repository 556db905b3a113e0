import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { applyPledgeWish } from './apply-pledge-wish.ts'
import { lockPledge } from './lock-pledge.ts'
import { openPledge } from './open-pledge.ts'

/**
 * Ends a monthly pledge for its donor, at once. A renewal that Stripe charged first stays charged and is in the books
 * when this returns, so the page can say so; nothing is charged after it. Ended already, it stays as it ended.
 */
export async function cancelPledge(actor: Actor, input: { token: string }): Promise<void> {
  const { id, status } = await openPledge(input.token)
  if (status === 'pending') throw new AppError('wrong_state', 'Nothing has been paid, so there is nothing to cancel.')
  await endPledge(actor, id, 'donor')
}

/**
 * Ends a monthly pledge because its charge was disputed: a bank that takes money back is not charged again. `reason`
 * stands in the history. Safe to repeat; does nothing for a pledge that has ended or was of one gift.
 */
export async function stopPledge(actor: Actor, input: { pledgeId: string; reason: string }): Promise<void> {
  await endPledge(actor, input.pledgeId, 'disputed', input.reason)
}

/** Writes down that the pledge is to end, then ends the subscription. Its one way to end, whoever wants it. */
export async function endPledge(
  actor: Actor,
  pledgeId: string,
  endReason: 'donor' | 'campaign_ended' | 'disputed',
  reason = '',
): Promise<void> {
  const isWanted = await inTransaction(async (tx) => {
    const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM pledge WHERE id = ${pledgeId}::uuid AND kind = 'monthly'`
    if (rows.length === 0) return false
    const pledge = await lockPledge(tx, pledgeId)
    if (pledge.status === 'cancelled' || pledge.status === 'lapsed') return false
    if (pledge.endReason !== null) return true
    const wish = { endReason, wishAt: now(), version: { increment: 1 } }
    await tx.pledge.update({ where: { id: pledgeId }, data: wish })
    await recordEvent(tx, actor, {
      ...{ action: 'pledge.end', subjectType: 'pledge', subjectId: pledgeId, chapterId: pledge.campaign.chapterId },
      ...(reason === '' ? {} : { reason }),
      detail: { endReason },
    })
    return true
  })
  if (isWanted) await applyPledgeWish(actor, pledgeId)
}
