import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { fetchChargeWithBalance } from '#lib/stripe/charge.ts'
import { listDisputes } from '#lib/stripe/dispute.ts'
import { listTransactionsWithin } from '#lib/stripe/payout.ts'
import { listRefunds } from '#lib/stripe/refund.ts'
import type { StripeDispute, StripeRefund } from '#lib/stripe/types.ts'
import { stopPledge } from './cancel-pledge.ts'
import { lockDonation } from './lock-donation.ts'
import { movementsOf, sharedSeconds } from './order-movements.ts'
import { bookMovement, type GiftInBooks, loadGift } from './post-movement.ts'
import { recordDispute, recordRefund } from './record-aftermath.ts'
import { settleDonation } from './settle-donation.ts'
import type { SettleOutcome } from './types.ts'

// A second with more lines than this keeps the order of the objects.
const PAGES_MAX = 10

export type ChargeReference = {
  chargeId: string
  donationId?: string | null
  /** Set by whoever knows of a refund or dispute, so that Stripe is asked for them whatever the charge itself says. */
  isTouched?: boolean
}

/**
 * Brings our books to what Stripe says of a charge now: settles its gift, then posts what refunds and disputes moved, in
 * the order in which Stripe moved it, each account line once. The same whichever event led here and however often; what
 * is true is asked of Stripe. Throws as settleDonation does, and `conflict` where Stripe's lines do not fit the gift.
 */
export async function syncCharge(actor: Actor, reference: ChargeReference): Promise<SettleOutcome> {
  const { chargeId, donationId = null, isTouched = false } = reference
  const outcome = await settleDonation(actor, { chargeId, donationId })
  if (outcome.state !== 'settled') return outcome
  if (!isTouched && !(await hasAftermath(outcome.donationId, chargeId))) return outcome
  const askedAt = now()
  const [refunds, disputes] = [await listRefunds(chargeId), await listDisputes(chargeId)]
  if (refunds.length + disputes.length === 0) return outcome
  const placeInList = await placesOf(sharedSeconds(refunds, disputes))
  const pledgeId = await inTransaction((tx) =>
    book(tx, actor, outcome.donationId, { chargeId, askedAt, refunds, disputes, placeInList }),
  )
  const withdrawn = disputes.find((dispute) => dispute.transactions.length > 0)
  // After the books: ending a subscription asks Stripe, and is tried again with the event where that fails.
  if (withdrawn) await stopPledge(actor, { pledgeId, reason: `dispute ${withdrawn.id}` })
  return outcome
}

async function hasAftermath(donationId: string, chargeId: string): Promise<boolean> {
  const [known] = await db().$queryRaw<{ touched: boolean }[]>`
    SELECT EXISTS (SELECT FROM refund WHERE donation_id = ${donationId}::uuid)
      OR EXISTS (SELECT FROM dispute WHERE donation_id = ${donationId}::uuid) AS touched`
  return known?.touched || (await fetchChargeWithBalance(chargeId))?.hasAftermath === true
}

/** Stripe lists the newest first: what it wrote first in a second has the lowest place. */
async function placesOf(seconds: readonly Date[]): Promise<Map<string, number>> {
  const places = new Map<string, number>()
  for (const at of seconds) {
    const lines = (await listTransactionsWithin({ from: at, to: at }, { callsLeft: PAGES_MAX }, PAGES_MAX)) ?? []
    for (const [index, line] of lines.entries()) places.set(line.id, -index)
  }
  return places
}

type Aftermath = {
  chargeId: string
  askedAt: Date
  refunds: StripeRefund[]
  disputes: StripeDispute[]
  placeInList: ReadonlyMap<string, number>
}

/** Under the donation's row lock, so that two events of one charge follow one another. Answers the gift's pledge. */
async function book(tx: DbClient, actor: Actor, donationId: string, after: Aftermath): Promise<string> {
  const donation = await lockDonation(tx, donationId)
  const gift = await loadGift(tx, donation)
  if (gift.chargeId !== after.chargeId)
    throw new AppError('conflict', 'This payment is a second one for the same gift.')
  const posted = await bookMissing(tx, gift, after)
  const changed = [
    ...(await inOrder(after.refunds, (refund) => recordRefund(tx, gift, refund, after.askedAt))),
    ...(await inOrder(after.disputes, (dispute) => recordDispute(tx, gift, dispute, after))),
  ].filter((change) => change !== null)
  if (posted.length === 0 && changed.length === 0) return donation.pledgeId
  const subject = { subjectType: 'donation', subjectId: donationId, chapterId: donation.chapterId }
  await recordEvent(tx, actor, { action: 'donation.sync', ...subject, detail: { posted, changed } })
  return donation.pledgeId
}

async function bookMissing(tx: DbClient, gift: GiftInBooks, after: Aftermath): Promise<string[]> {
  const movements = movementsOf(after.refunds, after.disputes, after.placeInList)
  const ids = movements.map((movement) => movement.line.id)
  const rows = await tx.balanceTransaction.findMany({
    where: { id: { in: ids }, entryId: { not: null } },
    select: { id: true },
  })
  const done = new Set(rows.map((row) => row.id))
  const missing = movements.filter((movement) => !done.has(movement.line.id))
  for (const movement of missing) await bookMovement(tx, gift, movement)
  return missing.map((movement) => movement.line.id)
}

async function inOrder<Item, Result>(items: Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}
