import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { type LossBearers, lossBearers } from '#lib/ledger/trace-losses.ts'
import { lockDonation } from './lock-donation.ts'
import { canRefund } from './policy.ts'
import { loadGift, takeRefund } from './post-movement.ts'
import { worthWhenGiven } from './read-rate.ts'
import { refundAmount, refundableCharge } from './request-refund.ts'
import { requireGiftInScope } from './require-gift.ts'

export type RefundPreview = {
  /** What the donor gets, in the donor's currency, and as it was written. */
  amountMinor: bigint
  currency: string
  /** Who would bear it now, in the fund's currency. */
  bearers: LossBearers
  fundCurrency: string
}

/** Carries the answer out of a transaction that is to leave nothing behind. */
class Undone extends Error {
  readonly preview: RefundPreview

  constructor(preview: RefundPreview) {
    super('undone on purpose')
    this.preview = preview
  }
}

/**
 * Who would bear a refund of this amount if it were made now: it is posted by the same functions and undone, so the
 * treasurer reads exactly what would happen. Throws as requestRefund does.
 */
export async function previewRefund(
  actor: Actor,
  input: { donationId: string; amount: string },
): Promise<RefundPreview> {
  const { user, chapterId } = await requireGiftInScope(actor, input.donationId)
  if (!canRefund(user, chapterId)) throw new AppError('forbidden', 'Only treasurers of the chapter give money back.')
  try {
    return await inTransaction(async (tx): Promise<never> => {
      const donation = await lockDonation(tx, input.donationId)
      await refundableCharge(tx, donation)
      const amountMinor = await refundAmount(tx, donation, input.amount)
      const gift = await loadGift(tx, donation)
      const claimMinor = worthWhenGiven(gift, { beforeMinor: 0n, returnedMinor: amountMinor })
      const entryIds = await takeRefund(
        tx,
        gift,
        { amountMinor: -claimMinor, feeMinor: 0n, id: newId(), createdAt: now() },
        claimMinor,
      )
      const bearers = await lossBearers(tx, gift.entryId, entryIds)
      throw new Undone({ amountMinor, currency: gift.currency, bearers, fundCurrency: gift.settledCurrency })
    })
  } catch (error) {
    if (error instanceof Undone) return error.preview
    throw error
  }
}
