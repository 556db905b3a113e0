import { recordEvent } from '#lib/audit/record-event.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { lockDonation } from '#lib/donations/lock-donation.ts'
import { bookHandRefund } from '#lib/donations/post-hand-refund.ts'
import { requireDay } from '#lib/donations/record-hand-refund.ts'
import { backInGivenCurrency } from '#lib/donations/refund-choice.ts'
import { AppError, assertInvariant } from '#lib/errors.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type LockedHold, lockHold, notFound, requireInScope } from './lock-hold.ts'
import { type ByHand, readOpen } from './read-open.ts'
import { type SettleInput, settleSchema } from './schema.ts'
import { setOpenAside } from './set-aside.ts'

const NOT_WAITING = 'This refund is not waiting for anybody’s hand.'

/**
 * A treasurer says what became of a chosen refund that no card took: { choiceId, how, paidOn, reference, note }.
 * `given_back` posts that it left the bank or the cash box; `kept` says why it could not be given back, and the cents stay
 * with the campaign. Either way they are set aside no longer. Throws `wrong_state` for a refund that a card takes.
 */
export async function settleRefund(actor: Actor, input: unknown): Promise<void> {
  const user = requireUser(actor)
  const asked = parseInput(settleSchema, input)
  const { campaignId, holdId } = await requireTreasurer(user, asked.choiceId)
  await inTransaction(async (tx) => {
    const { hold } = await lockHold(tx, campaignId, holdId)
    const choice = await tx.donorChoice.findUniqueOrThrow({ where: { id: asked.choiceId } })
    if (choice.settledAt !== null) return
    await foldFund(tx, hold.fundId)
    const waiting = (await readOpen(tx, hold)).byHand.find(({ choiceId }) => choiceId === asked.choiceId)
    if (hold.choicesClosedAt === null || !waiting) throw new AppError('wrong_state', NOT_WAITING)
    const settledRefundId = asked.how === 'given_back' ? await giveBack(tx, user, { hold, waiting, asked }) : null
    await tx.donorChoice.update({
      where: { id: asked.choiceId },
      data: {
        ...{ settledBy: user.userId, settledAt: now(), settledNote: asked.note },
        ...{ settledHow: asked.how, settledRefundId },
      },
    })
    await followSettlement(tx, hold, user.userId)
    await recordEvent(tx, user, {
      ...{ action: 'hold.settle_refund', subjectType: 'campaign_hold', subjectId: hold.id },
      ...{ chapterId: hold.chapterId, reason: asked.note, detail: { choiceId: asked.choiceId, how: asked.how } },
    })
  })
}

/** The campaign and hold of a choice, for a treasurer of its chapter. Throws `not_found` and `forbidden`. */
export async function requireTreasurer(
  user: UserActor,
  choiceId: string,
): Promise<{ campaignId: string; holdId: string; donationId: string }> {
  const found = await db().donorChoice.findUnique({
    where: { id: choiceId },
    select: { holdId: true, donationId: true },
  })
  if (!found) throw notFound()
  const { campaignId, chapterId } = await requireInScope(user, found.holdId)
  if (!hasRole(user, chapterId, 'treasurer')) {
    throw new AppError('forbidden', 'Only treasurers of the chapter do this.')
  }
  return { ...found, campaignId }
}

/** Before the end of a hold everything is set aside, unless the rest went on to the alternate. */
export async function followSettlement(tx: DbClient, hold: LockedHold, actorId: string): Promise<void> {
  if (hold.status !== 'closed' && hold.redirectedAt === null) return
  await setOpenAside(tx, { holdId: hold.id, fundId: hold.fundId, effectiveAt: now(), actorId })
}

type Settlement = { hold: LockedHold; waiting: ByHand; asked: SettleInput }

async function giveBack(tx: DbClient, user: UserActor, { hold, waiting, asked }: Settlement): Promise<string> {
  const { donationId, minor: amountMinor, choiceId } = waiting
  const { paidOn, reference, note: reason } = asked
  assertInvariant(paidOn !== null, 'what was given back was given back on a day')
  requireDay(paidOn, waiting.givenAt)
  const donation = await lockDonation(tx, donationId)
  const givenMinor = await backInGivenCurrency(tx, { donationId, amountMinor })
  return bookHandRefund(tx, user, donation, {
    ...{ fundId: hold.fundId, amountMinor, givenMinor, paidOn, reference, reason },
    // Given back, come back, and given back again are three facts.
    submissionKey: `choice-by-hand:${choiceId}:${await tx.refund.count({ where: { donationId } })}`,
  })
}
