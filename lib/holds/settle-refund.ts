import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockHold, notFound, requireInScope } from './lock-hold.ts'
import { refundStateOf } from './read-refund.ts'
import { settleSchema } from './schema.ts'

/**
 * A treasurer says how a chosen refund that no card could take was given back, or why it could not be: { choiceId, note }.
 * Its cents are set aside no longer. Throws `wrong_state` for one that a card takes.
 */
export async function settleRefund(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireUser(actor)
  const { choiceId, note } = parseInput(settleSchema, input)
  const found = await db().donorChoice.findUnique({ where: { id: choiceId }, select: { holdId: true } })
  if (!found) throw notFound()
  const { campaignId, chapterId } = await requireInScope(actor, found.holdId)
  if (!hasRole(actor, chapterId, 'treasurer'))
    throw new AppError('forbidden', 'Only treasurers of the chapter do this.')
  await inTransaction(async (tx) => {
    const { hold } = await lockHold(tx, campaignId, found.holdId)
    const choice = await tx.donorChoice.findUniqueOrThrow({
      where: { id: choiceId },
      include: { refund: true, donation: { select: { chargeId: true } } },
    })
    if (choice.settledAt !== null) return
    const isFailed = choice.refund !== null && refundStateOf(choice.refund) === 'failed'
    const isByHand = isFailed || (choice.refund === null && choice.donation.chargeId === null)
    if (hold.choicesClosedAt === null || choice.choice !== 'refund' || !isByHand) {
      throw new AppError('wrong_state', 'This refund is not waiting for anybody’s hand.')
    }
    await tx.donorChoice.update({
      where: { id: choiceId },
      data: { settledBy: userId, settledAt: now(), settledNote: note },
    })
    await recordEvent(tx, actor, {
      ...{ action: 'hold.settle_refund', subjectType: 'campaign_hold', subjectId: hold.id },
      ...{ chapterId: hold.chapterId, reason: note, detail: { choiceId } },
    })
  })
}
