import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { endHold } from './end-hold.ts'
import { lockHold, requireInScope, requireVersion } from './lock-hold.ts'
import { notifyChapter } from './notify-chapter.ts'
import { refuseClosing } from './policy.ts'
import { readOpen } from './read-open.ts'
import { closeSchema } from './schema.ts'

/**
 * A treasurer ends a hold whose refunds are all made, where money is left that was nobody's single gift or whose
 * alternate cannot be paid: { holdId, version, reason }. What is left then follows the campaign's surplus rule.
 */
export async function closeHold(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireUser(actor)
  const { holdId, version, reason } = parseInput(closeSchema, input)
  const { campaignId } = await requireInScope(actor, holdId)
  await inTransaction(async (tx) => {
    const { hold } = await lockHold(tx, campaignId, holdId)
    const refusal = refuseClosing(actor, hold)
    if (refusal) throw new AppError(refusal.code, refusal.message)
    requireVersion(hold, version)
    const open = await readOpen(tx, hold)
    if (open.onTheirWay > 0 || open.byHand.length > 0) {
      throw new AppError('wrong_state', 'Some refunds are not made yet. Settle those first.')
    }
    const redirected = await tx.donorChoice.count({
      where: { holdId, OR: [{ choice: 'redirect' }, { settledHow: 'redirected' }] },
    })
    if (redirected > 0 && hold.redirectedAt === null) {
      throw new AppError('wrong_state', 'Givers let their gifts go on to the alternate, which cannot be paid yet.')
    }
    const outcome = hold.redirectedAt === null ? 'refunded' : 'redirected'
    await endHold(tx, { hold, at: now(), actorId: userId, outcome, closedById: userId, reason })
    await notifyChapter(tx, holdId, 'close')
    await recordEvent(tx, actor, {
      ...{ action: 'hold.close', subjectType: 'campaign_hold', subjectId: holdId },
      ...{ chapterId: hold.chapterId, reason, detail: { outcome } },
    })
  })
}
