import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { recordChoiceRefund } from '#lib/donations/refund-choice.ts'
import { sendRefund } from '#lib/donations/send-refund.ts'
import { AppError } from '#lib/errors.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { parseInput } from '#lib/parse-input.ts'
import { readOpen } from './read-open.ts'
import { retrySchema } from './schema.ts'
import { requireTreasurer } from './settle-refund.ts'

export const CHOICE_REASON = 'The giver chose to have the unspent part back.'

/**
 * A treasurer sends a refund to the card once more that had come back: { choiceId }. It is a refund of its own, under a key
 * of its own; its cents stay set aside until it is in the books. Throws `wrong_state` where none came back.
 */
export async function retryRefund(actor: Actor, input: unknown): Promise<void> {
  const user = requireUser(actor)
  const { choiceId } = parseInput(retrySchema, input)
  const { holdId } = await requireTreasurer(user, choiceId)
  await sendAgain(user, { choiceId, holdId })
}

/** The same for whoever may: the next refund of a choice whose last one came to nothing. Two at once make one. */
export async function sendAgain(
  actor: Actor,
  { choiceId, holdId }: { choiceId: string; holdId: string },
): Promise<void> {
  const choice = await db().donorChoice.findUniqueOrThrow({
    where: { id: choiceId },
    include: { hold: { select: { fundId: true } } },
  })
  const { donationId, refundId, hold } = choice
  await foldFund(db(), hold.fundId)
  const { byHand } = await readOpen(db(), { id: holdId, fundId: hold.fundId })
  const waiting = byHand.find((row) => row.choiceId === choiceId)
  if (refundId === null || !waiting?.isFailed) {
    throw new AppError('wrong_state', 'No refund of this gift came back from a card.')
  }
  const wish = { donationId, fundId: hold.fundId, amountMinor: waiting.minor, reason: CHOICE_REASON }
  const made = await recordChoiceRefund(
    actor,
    { ...wish, submissionKey: `choice:${choiceId}:${refundId}` },
    keepAs(choiceId, refundId),
  )
  if (made === null) throw new AppError('wrong_state', 'Nothing is left of this payment that a card could take back.')
  await sendRefund(actor, made)
}

function keepAs(choiceId: string, beforeId: string): Parameters<typeof recordChoiceRefund>[2] {
  return async (tx, refundId) => {
    const where = { id: choiceId, refundId: beforeId, settledAt: null }
    const { count } = await tx.donorChoice.updateMany({ where, data: { refundId } })
    if (count === 0) throw new AppError('wrong_state', 'Somebody settled this refund just now.')
  }
}
