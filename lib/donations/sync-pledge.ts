import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { listInvoices } from '#lib/stripe/invoice.ts'
import { cancelSubscription, fetchSubscription, keepPayingCard } from '#lib/stripe/subscription.ts'
import type { StripeInvoice, StripeSubscription } from '#lib/stripe/types.ts'
import { commitSubscription } from './commit-subscription.ts'
import { recordCall } from './record-call.ts'
import { recordRenewal, renewalKey } from './record-renewal.ts'
import { isUuid } from './schema.ts'
import { settleDonation } from './settle-donation.ts'

/**
 * synced: our record is what Stripe's subscription is, and what was paid is in the ledger. waiting: the same, but the
 * account line of a payment is not written yet. foreign, unknown: as in settleDonation.
 */
export type SyncOutcome =
  | { state: 'synced' | 'waiting'; pledgeId: string; card: StripeSubscription['card'] }
  | { state: 'foreign' | 'unknown' }

const TRIES = 8
const ENDED: readonly string[] = ['canceled', 'incomplete_expired']

/**
 * Brings a pledge to what Stripe says of its subscription and invoices now. Every event, action, return page and sweep
 * ends here, so it does not matter which came, in which order, or how often: nothing is read from an event. What was
 * fetched counts only if nobody wrote the pledge meanwhile; else it is fetched again. Throws `payment_provider`, and
 * `conflict` where Stripe and our record contradict each other.
 */
export async function syncPledge(actor: Actor, { subscriptionId }: { subscriptionId: string }): Promise<SyncOutcome> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const known = await findKnown(subscriptionId)
    const subscription = await fetchSubscription(subscriptionId)
    if (!subscription) return { state: 'unknown' }
    if (!known) {
      if (!(await adopt(subscription))) return { state: 'foreign' }
      continue
    }
    if (subscription.pledgeId !== known.pledgeId) {
      throw new AppError('conflict', 'This subscription says it belongs to another pledge.')
    }
    const invoices = await listInvoices(subscriptionId)
    const written = await inTransaction((tx) => commitSubscription(tx, actor, { known, subscription, invoices }))
    if (!written) continue
    await endReplaced(subscription)
    await keepCards(subscription)
    const isWaiting = await settlePaid(actor, invoices)
    return { state: isWaiting ? 'waiting' : 'synced', pledgeId: known.pledgeId, card: subscription.card }
  }
  throw new AppError('unavailable', 'Too much happens to this pledge at once. Try again in a moment.')
}

async function findKnown(subscriptionId: string): Promise<{ pledgeId: string; version: number } | null> {
  const row = await db().pledgeSubscription.findUnique({
    where: { id: subscriptionId },
    select: { pledgeId: true, pledge: { select: { version: true } } },
  })
  return row && { pledgeId: row.pledgeId, version: row.pledge.version }
}

/** Ties a subscription we meet for the first time to the pledge it names. False when it names none of ours. */
async function adopt({ id, pledgeId, status, createdAt, currency }: StripeSubscription): Promise<boolean> {
  if (pledgeId === null || !isUuid(pledgeId)) return false
  const pledge = await db().pledge.findUnique({ where: { id: pledgeId, kind: 'monthly' }, select: { currency: true } })
  if (!pledge) return false
  if (pledge.currency !== currency)
    throw new AppError('conflict', 'The subscription has another currency than the pledge.')
  await db().pledgeSubscription.createMany({ data: [{ id, pledgeId, status, createdAt }], skipDuplicates: true })
  return true
}

/** A pledge has one subscription that charges: once it goes on with a new one, earlier ones that still live are ended. */
async function endReplaced({ id, pledgeId, createdAt, status }: StripeSubscription): Promise<void> {
  if (pledgeId === null || (status !== 'active' && status !== 'trialing')) return
  const replaced = await db().pledgeSubscription.findMany({
    where: { pledgeId, id: { not: id }, createdAt: { lt: createdAt }, status: { notIn: [...ENDED] } },
    select: { id: true },
  })
  for (const old of replaced) {
    const found = await fetchSubscription(old.id)
    if (found && !ENDED.includes(found.status)) await cancelSubscription(old.id, 'replaced', `replace:${old.id}`)
    await db().pledgeSubscription.update({ where: { id: old.id }, data: { status: 'canceled' } })
  }
}

/** Asks Stripe once to keep the card with which somebody pays a failed renewal; the next one uses it then. */
async function keepCards({ id, pledgeId, status, savesPayingCard }: StripeSubscription): Promise<void> {
  if (pledgeId === null || savesPayingCard || status !== 'active') return
  const idempotencyKey = `keep-card:${id}`
  const asked = await db().stripeCall.findUnique({ where: { idempotencyKey }, select: { finishedAt: true } })
  if (asked?.finishedAt) return
  const intent = { idempotencyKey, operation: 'subscription.keep-card', subjectId: pledgeId }
  await recordCall({ ...intent, request: { subscriptionId: id } }, (key) => keepPayingCard(id, key))
}

/** Puts each paid invoice into the books, oldest first. True while Stripe has not written the account line of one. */
async function settlePaid(actor: Actor, invoices: readonly StripeInvoice[]): Promise<boolean> {
  const paid = invoices.filter((invoice) => invoice.status === 'paid' && invoice.totalMinor > 0n).reverse()
  const settled = await db().donation.findMany({
    where: { submissionKey: { in: paid.map(({ id }) => renewalKey(id)) }, status: 'settled' },
    select: { submissionKey: true },
  })
  const done = new Set(settled.map(({ submissionKey }) => submissionKey))
  let isWaiting = false
  for (const invoice of paid) {
    if (done.has(renewalKey(invoice.id))) continue
    const donationId = await recordRenewal(actor, invoice)
    const donation = donationId && (await db().donation.findUnique({ where: { id: donationId } }))
    if (!donation || donation.chargeId === null) continue
    const { state } = await settleDonation(actor, { chargeId: donation.chargeId, donationId: donation.id })
    if (state === 'waiting') isWaiting = true
    if (state === 'unknown') throw new AppError('conflict', 'Stripe does not know the charge of this invoice.')
  }
  return isWaiting
}
