import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newId } from '#lib/ids.ts'
import { currencyOf } from '#lib/money/currencies.ts'
import { lockDonation } from './lock-donation.ts'
import { refundableMinor } from './policy.ts'
import { worthWhenGiven } from './read-rate.ts'
import { refundIntent } from './send-refund.ts'

type Wish = {
  donationId: string
  /** The fund whose unspent cents go back; a tip beside them stays where it is. */
  fundId: bigint
  /** In that fund's currency. */
  amountMinor: bigint
  /** The same key is the same refund, for ever. */
  submissionKey: string
  reason: string
}

/**
 * Writes down the refund of a gift's unspent part that a giver chose (lib/holds), with the key it carries to Stripe;
 * sendRefund makes it. `keep` runs in the same transaction. Null where no card can take it back, or nothing is left of
 * the payment: then nothing is written.
 */
export async function recordChoiceRefund(
  actor: Actor,
  wish: Wish,
  keep: (tx: DbClient, refundId: string) => Promise<void>,
): Promise<string | null> {
  return await inTransaction(async (tx) => {
    const donation = await lockDonation(tx, wish.donationId)
    const { donationId, submissionKey, fundId, reason } = wish
    const earlier = await tx.refund.findUnique({ where: { submissionKey }, select: { id: true } })
    if (earlier) return earlier.id
    const { chargeId } = await tx.donation.findUniqueOrThrow({ where: { id: donationId }, select: { chargeId: true } })
    const amountMinor = chargeId === null ? 0n : await backInGivenCurrency(tx, wish)
    if (chargeId === null || donation.status !== 'settled' || amountMinor === 0n) return null
    const refundId = newId()
    const { currency } = donation
    await tx.refund.create({
      data: {
        ...{ id: refundId, donationId, origin: 'choice', status: 'requested', amountMinor, currency },
        ...{ reason, submissionKey, fundId, createdAt: now() },
      },
    })
    await keep(tx, refundId)
    const intent = refundIntent({ refundId, donationId, chargeId, amountMinor, currency })
    await tx.stripeCall.create({ data: { ...intent, createdAt: now() } })
    await recordEvent(tx, actor, {
      ...{ action: 'donation.refund', subjectType: 'donation', subjectId: donationId, chapterId: donation.chapterId },
      ...{ reason, detail: { refundId, amountMinor: String(amountMinor), currency } },
    })
    return refundId
  })
}

/**
 * What the giver gets back in the currency they paid, so that the fund gives no cent more than `amountMinor`; in steps
 * that Stripe knows, and no more than what is left of the payment.
 */
export async function backInGivenCurrency(
  tx: DbClient,
  { donationId, amountMinor }: Pick<Wish, 'donationId' | 'amountMinor'>,
): Promise<bigint> {
  const gift = await tx.donation.findUniqueOrThrow({
    where: { id: donationId },
    include: { refunds: true, disputes: true },
  })
  const askedMinor = gift.giftMinor + gift.coverMinor + gift.tipMinor
  const settledMinor = gift.settledMinor ?? askedMinor
  const leftMinor = refundableMinor(askedMinor, gift)
  const kept = gift.refunds.filter(({ status }) => !['failed', 'canceled', 'refused'].includes(status))
  const beforeMinor = kept.reduce((sum, refund) => sum + refund.amountMinor, 0n)
  const isSame = (gift.settledCurrency ?? gift.currency) === gift.currency
  const worth = (minor: bigint) =>
    isSame ? minor : worthWhenGiven({ askedMinor, settledMinor }, { beforeMinor, returnedMinor: beforeMinor + minor })
  const stepMinor = currencyOf(gift.currency).stripeStepMinor
  const inSteps = (minor: bigint) => (minor / stepMinor) * stepMinor
  let backMinor = inSteps(isSame ? amountMinor : (amountMinor * askedMinor) / settledMinor)
  if (backMinor > leftMinor) backMinor = inSteps(leftMinor)
  while (backMinor > 0n && worth(backMinor) > amountMinor) backMinor -= stepMinor
  return backMinor > 0n ? backMinor : 0n
}
