import type { DbClient } from '#lib/db/client.ts'
import { lossBearers } from '#lib/ledger/trace-losses.ts'
import type { StripeDispute, StripeRefund, StripeTransaction } from '#lib/stripe/types.ts'
import { returnedMinor } from './order-movements.ts'
import type { GiftInBooks } from './post-movement.ts'
import { isRefundStatus, mayBecome } from './states.ts'

/**
 * Writes down what Stripe says of a refund, with the entries it has in the books and who bears it. One that our desk
 * asked for is found by its mark. Answers what changed, or null; an answer older than the last one changes nothing.
 */
export async function recordRefund(
  tx: DbClient,
  gift: GiftInBooks,
  refund: StripeRefund,
  askedAt: Date,
): Promise<string | null> {
  const known = await findRefund(tx, gift, refund)
  const entryIds = await entriesOf(tx, [refund.transaction, refund.failureTransaction])
  const bearers = await lossBearers(tx, gift.entryId, entryIds)
  const told = isRefundStatus(refund.status) ? refund.status : 'pending'
  const facts = {
    ...{ stripeId: refund.id, failureReason: refund.failureReason, entryIds, ...bearers, seenAt: askedAt },
    balanceTransactionId: refund.transaction?.id ?? null,
    failureTransactionId: refund.failureTransaction?.id ?? null,
  }
  if (!known) {
    const { donationId } = gift
    const { amountMinor, currency, createdAt, reason } = refund
    await tx.refund.create({
      data: { ...facts, donationId, origin: 'stripe', status: told, amountMinor, currency, createdAt, reason },
    })
    return `${refund.id}: ${told}`
  }
  if (known.seenAt !== null && known.seenAt > askedAt) return null
  const status = mayBecome(known.status, told) ? told : known.status
  await tx.refund.update({ where: { id: known.id }, data: { ...facts, status } })
  return status === known.status && known.stripeId !== null ? null : `${refund.id}: ${status}`
}

async function findRefund(tx: DbClient, gift: GiftInBooks, refund: StripeRefund) {
  const known = await tx.refund.findUnique({ where: { stripeId: refund.id } })
  if (known || refund.refundId === null) return known
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(refund.refundId)) return null
  return tx.refund.findFirst({ where: { id: refund.refundId, donationId: gift.donationId, stripeId: null } })
}

/** The same for a dispute. A bank that takes the money back also ends what the donor had promised. */
export async function recordDispute(
  tx: DbClient,
  gift: GiftInBooks,
  dispute: StripeDispute,
  { askedAt, placeInList }: { askedAt: Date; placeInList: ReadonlyMap<string, number> },
): Promise<string | null> {
  const { id: stripeId, status, reason, amountMinor, currency, dueBy, pastDue, evidenceSent, transactions } = dispute
  const known = await tx.dispute.findUnique({ where: { stripeId } })
  if (known?.seenAt && known.seenAt > askedAt) return null
  const entryIds = await entriesOf(tx, transactions)
  const bearers = await lossBearers(tx, gift.entryId, entryIds)
  const sum = (of: (line: StripeTransaction) => bigint) => transactions.reduce((total, line) => total + of(line), 0n)
  const facts = {
    ...{ status, reason, amountMinor, currency, dueBy, pastDue, evidenceSent, entryIds, ...bearers, seenAt: askedAt },
    withdrawnMinor: sum((line) => (line.amountMinor < 0n ? -line.amountMinor : 0n)),
    reinstatedMinor: sum((line) => (line.amountMinor > 0n ? line.amountMinor : 0n)),
    returnedMinor: returnedMinor(dispute, placeInList),
    feeMinor: sum((line) => line.feeMinor),
  }
  const { donationId } = gift
  await tx.dispute.upsert({
    where: { stripeId },
    create: { ...facts, stripeId, donationId, openedAt: dispute.createdAt },
    update: facts,
  })
  return known?.status === status ? null : `${stripeId}: ${status}`
}

/** Every entry that was posted for these account lines, oldest first. */
async function entriesOf(tx: DbClient, lines: readonly (StripeTransaction | null)[]): Promise<bigint[]> {
  const ids = lines.flatMap((line) => (line === null ? [] : [line.id]))
  const rows = await tx.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM ledger.entries WHERE source_type = 'balance_transaction' AND source_id = ANY (${ids}) ORDER BY id`
  return rows.map((row) => row.id)
}
