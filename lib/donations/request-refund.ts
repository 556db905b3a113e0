import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseMoney } from '#lib/money/parse.ts'
import { toStripeAmount } from '#lib/money/stripe-amount.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type LockedDonation, lockDonation } from './lock-donation.ts'
import { canRefund, refundableMinor } from './policy.ts'
import { requireGiftInScope } from './require-gift.ts'
import { refundSchema } from './schema.ts'
import { refundIntent, sendRefund } from './send-refund.ts'

/**
 * Gives a gift back, whole or in part, from the desk: writes the wish and the key it will carry down, then asks Stripe,
 * then posts what Stripe's account line says. The same form sent twice is one refund. Throws `invalid_input` at the field
 * for more than can still be refunded, `wrong_state` where Stripe says no; where Stripe does not answer, the refund stays
 * requested and is taken up again.
 */
export async function requestRefund(actor: Actor, input: unknown): Promise<{ refundId: string }> {
  const asked = parseInput(refundSchema, input)
  const { user, chapterId } = await requireGiftInScope(actor, asked.donationId)
  if (!canRefund(user, chapterId)) throw new AppError('forbidden', 'Only treasurers of the chapter give money back.')
  const refundId = await inTransaction((tx) => recordWish(tx, user, asked))
  await sendRefund(user, refundId)
  const refund = await db().refund.findUniqueOrThrow({ where: { id: refundId } })
  if (refund.status === 'refused')
    throw new AppError('wrong_state', refund.failureReason ?? 'Stripe does not refund this.')
  return { refundId }
}

type Asked = { donationId: string; amount: string; reason: string; submissionKey: string }

async function recordWish(tx: DbClient, user: UserActor, asked: Asked): Promise<string> {
  const donation = await lockDonation(tx, asked.donationId)
  const { submissionKey, reason } = asked
  const earlier = await tx.refund.findUnique({ where: { submissionKey }, select: { id: true, donationId: true } })
  if (earlier?.donationId === donation.id) return earlier.id
  if (earlier) throw new AppError('conflict', 'Open the page again before you send this form.')
  const chargeId = await refundableCharge(tx, donation)
  const amountMinor = await refundAmount(tx, donation, asked.amount)
  const refundId = newId()
  const { currency } = donation
  await tx.refund.create({
    data: {
      ...{ id: refundId, donationId: donation.id, origin: 'desk', status: 'requested', amountMinor, currency },
      ...{ reason, submissionKey, requestedById: user.userId, createdAt: now() },
    },
  })
  const intent = refundIntent({ refundId, donationId: donation.id, chargeId, amountMinor, currency })
  await tx.stripeCall.create({ data: { ...intent, createdAt: now() } })
  const detail = { refundId, amountMinor: String(amountMinor), currency }
  const subject = { subjectType: 'donation', subjectId: donation.id, chapterId: donation.chapterId }
  await recordEvent(tx, user, { action: 'donation.refund', ...subject, reason, detail })
  return refundId
}

/** The card payment of a gift. Throws `wrong_state` where there is none to give back. */
export async function refundableCharge(tx: DbClient, donation: LockedDonation): Promise<string> {
  const { chargeId } = await tx.donation.findUniqueOrThrow({ where: { id: donation.id }, select: { chargeId: true } })
  if (donation.status !== 'settled')
    throw new AppError('wrong_state', 'Nothing was paid, so there is nothing to refund.')
  if (chargeId === null)
    throw new AppError('wrong_state', 'This gift did not come by card. Give it back the way it came, from the bank.')
  return chargeId
}

/**
 * What the form asks for, in minor units of the gift's currency. Throws `invalid_input` at the field `amount`, which says
 * what can still be refunded.
 */
export async function refundAmount(
  tx: DbClient,
  donation: Pick<LockedDonation, 'id' | 'currency' | 'giftMinor' | 'coverMinor' | 'tipMinor'>,
  written: string,
): Promise<bigint> {
  const { id: donationId, currency } = donation
  const [refunds, disputes] = [
    await tx.refund.findMany({ where: { donationId } }),
    await tx.dispute.findMany({ where: { donationId } }),
  ]
  const leftMinor = refundableMinor(donation.giftMinor + donation.coverMinor + donation.tipMinor, { refunds, disputes })
  if (leftMinor === 0n) throw atAmount('Nothing of this gift is left to refund.')
  if (written.trim() === '') throw atAmount('Write how much goes back.')
  const amountMinor = readAmount(written, currency)
  if (amountMinor > leftMinor) throw atAmount(`Of this gift ${formatMoney(leftMinor, currency)} can still be refunded.`)
  return amountMinor
}

function readAmount(written: string, currency: string): bigint {
  try {
    const amountMinor = parseMoney(written, currency)
    toStripeAmount(amountMinor, currency)
    if (amountMinor > 0n) return amountMinor
  } catch (error) {
    if (error instanceof AppError) throw atAmount(error.message)
    throw error
  }
  throw atAmount('Write an amount above zero.')
}

function atAmount(message: string): AppError {
  return new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { amount: [message] } })
}
