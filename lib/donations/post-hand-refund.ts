import { recordEvent } from '#lib/audit/record-event.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { openBank } from '#lib/ledger/open-bank.ts'
import { postHandRefund } from '#lib/ledger/post-hand-refund.ts'
import { lossBearers } from '#lib/ledger/trace-losses.ts'
import type { LockedDonation } from './lock-donation.ts'
import { loadGift } from './post-movement.ts'

export type HandRefund = {
  /** The fund it is taken from: the gift's own. */
  fundId: bigint
  /** In the fund's currency. */
  amountMinor: bigint
  /** In the currency the donor paid. */
  givenMinor: bigint
  paidOn: Date
  reference: string | null
  reason: string
  submissionKey: string
}

/**
 * Books what a treasurer gave back without Stripe, in the caller's transaction and under the donation's row lock: out of
 * the account its gift was deposited in, out of the cash box where no bank line is matched to it yet, and for a card out of
 * the main account. The corrected receipt follows by mail. Answers the refund's id; throws as postHandRefund does.
 */
export async function bookHandRefund(
  tx: DbClient,
  user: UserActor,
  donation: LockedDonation,
  facts: HandRefund,
): Promise<string> {
  const { id: donationId, currency, chapterId } = donation
  const { fundId, amountMinor, givenMinor, paidOn, reference, reason, submissionKey } = facts
  const gift = await loadGift(tx, donation)
  const bank = await bankOf(tx, donationId)
  if (bank !== null && gift.reserveFundId) await openBank(tx, { fundId: gift.reserveFundId, externalId: bank })
  const refundId = newId()
  const { entryId } = await postHandRefund(tx, {
    ...{ idempotencyKey: `hand-refund:${refundId}`, sourceId: refundId, effectiveAt: paidOn, actorId: user.userId },
    ...{ memo: reason, fundId, giftEntryId: gift.entryId, amountMinor, bankExternalId: bank },
    reserveFundId: gift.reserveFundId,
  })
  await tx.refund.create({
    data: {
      ...{ id: refundId, donationId, origin: 'hand', status: 'succeeded', amountMinor: givenMinor, currency, reason },
      ...{ submissionKey, requestedById: user.userId, createdAt: now(), fundId, entryIds: [entryId] },
      ...{ paidOn, paidReference: reference, paidFromBank: bank },
      ...(await lossBearers(tx, gift.entryId, [entryId])),
    },
  })
  await enqueueJob(tx, 'mail-receipt', { donationId }, { jobKey: `mail-receipt:${donationId}` })
  await recordEvent(tx, user, {
    ...{ action: 'donation.refund_by_hand', subjectType: 'donation', subjectId: donationId, chapterId, reason },
    detail: { refundId, amountMinor: String(givenMinor), currency, entryId: String(entryId), bank: bank ?? 'cash' },
  })
  return refundId
}

/** The account that the gift's money is in, as the ledger names it; null for cash that no bank line is matched to. */
async function bankOf(tx: DbClient, donationId: string): Promise<string | null> {
  const { offlineMethod, depositEntryId, reversalEntryId } = await tx.donation.findUniqueOrThrow({
    where: { id: donationId },
  })
  if (reversalEntryId !== null) throw new AppError('wrong_state', 'This gift was entered by mistake and is taken back.')
  if (offlineMethod === null) return 'main'
  if (depositEntryId === null) return null
  const [row] = await tx.$queryRaw<{ externalId: string }[]>`
    SELECT external_id AS "externalId" FROM ledger.bank_movements WHERE entry_id = ${depositEntryId}::bigint`
  return row?.externalId ?? 'main'
}
