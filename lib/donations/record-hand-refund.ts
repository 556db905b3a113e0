import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { listReturns } from '#lib/ledger/list-returns.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseMoney } from '#lib/money/parse.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type HandRefundInput, handRefundSchema } from './check-offline-gift.ts'
import { type LockedDonation, lockDonation } from './lock-donation.ts'
import { canRefund } from './policy.ts'
import { bookHandRefund } from './post-hand-refund.ts'
import { requireGiftInScope } from './require-gift.ts'

/**
 * A treasurer writes down that part or all of an offline gift was given back: { donationId, submissionKey, amount, paidOn,
 * reason, reference }. Posted as it was paid, out of the bank or the cash box; the same form twice is one refund. Throws
 * `invalid_input` at the field for more than is left of the gift, `insufficient_funds` where nobody has the money there.
 */
export async function recordHandRefund(actor: Actor, input: unknown): Promise<{ refundId: string }> {
  const asked = parseInput(handRefundSchema, input)
  const { user, chapterId } = await requireGiftInScope(actor, asked.donationId)
  if (!canRefund(user, chapterId)) throw new AppError('forbidden', 'Only treasurers of the chapter give money back.')
  return { refundId: await inTransaction((tx) => record(tx, user, asked)) }
}

async function record(tx: DbClient, user: UserActor, asked: HandRefundInput): Promise<string> {
  const donation = await lockDonation(tx, asked.donationId)
  const submissionKey = `hand:${asked.submissionKey}`
  const earlier = await tx.refund.findUnique({ where: { submissionKey }, select: { id: true, donationId: true } })
  if (earlier?.donationId === donation.id) return earlier.id
  if (earlier) throw new AppError('conflict', 'Open the page again before you send this form.')
  const row = await tx.donation.findUniqueOrThrow({ where: { id: donation.id } })
  if (row.offlineMethod === null || row.entryId === null || row.fundId === null || row.settledAt === null) {
    throw new AppError('wrong_state', 'This gift came by card. Give it back to the card.')
  }
  const { paidOn, reference, reason } = asked
  requireDay(paidOn, row.settledAt)
  const amountMinor = await amountOf(tx, donation, row.entryId, asked.amount)
  const facts = { fundId: row.fundId, amountMinor, givenMinor: amountMinor, paidOn, reference, reason, submissionKey }
  return bookHandRefund(tx, user, donation, facts)
}

/** Throws `invalid_input` at `paidOn` for a day that has not come, or one before the gift. */
export function requireDay(paidOn: Date, givenAt: Date): void {
  if (paidOn > now()) throw atField('paidOn', 'This day has not come yet.')
  if (paidOn.getTime() < Math.floor(givenAt.getTime() / 86_400_000) * 86_400_000) {
    throw atField('paidOn', 'The gift came after this day.')
  }
}

async function amountOf(tx: DbClient, donation: LockedDonation, entryId: bigint, written: string): Promise<bigint> {
  const { giftMinor, currency } = donation
  const back = await listReturns(tx, [entryId])
  const leftMinor = back.reduce((left, { amountMinor }) => left - amountMinor, giftMinor)
  if (leftMinor <= 0n) throw atField('amount', 'Nothing of this gift is left to give back.')
  const amountMinor = readAmount(written, currency)
  if (amountMinor > leftMinor) {
    throw atField('amount', `Of this gift ${formatMoney(leftMinor, currency)} can still be given back.`)
  }
  return amountMinor
}

function readAmount(written: string, currency: string): bigint {
  try {
    const amountMinor = parseMoney(written, currency)
    if (amountMinor > 0n) return amountMinor
  } catch (error) {
    if (error instanceof AppError) throw atField('amount', error.message)
    throw error
  }
  throw atField('amount', 'Write an amount above zero.')
}

function atField(field: string, message: string): AppError {
  return new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { [field]: [message] } })
}
