import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { logger } from '#lib/log.ts'
import { listInvoices } from '#lib/stripe/invoice.ts'
import { openPledge } from './open-pledge.ts'
import { closedReason } from './policy.ts'
import { isRaced } from './read-subscription.ts'
import { signPledgeToken, verifyPledgeToken } from './sign-pledge-link.ts'
import { syncPledge } from './sync-pledge.ts'
import type { PledgeNote, PledgeView } from './types.ts'

const CHARGES_SHOWN = 24

/**
 * What the page of a pledge shows, or null for a link we did not sign. Stripe is asked first, so that the page says what
 * is true now; where it does not answer, `isFresh` is false and the page says as of when it speaks.
 */
export async function findPledge(actor: Actor, token: string): Promise<PledgeView | null> {
  const pledgeId = verifyPledgeToken(token)
  if (pledgeId === null) return null
  const known = await db().pledge.findUnique({
    where: { id: pledgeId, kind: 'monthly' },
    select: { subscriptionId: true },
  })
  if (!known) return null
  const { isFresh, card } = await freshen(actor, known.subscriptionId)
  return { ...(await readView(pledgeId, token)), isFresh, card }
}

/** Stripe's page on which the failed payment of a pledge can be made; null where nothing is open. Throws `not_found`. */
export async function findRecovery(token: string): Promise<string | null> {
  const { subscriptionId, status } = await openPledge(token)
  if (subscriptionId === null || status !== 'past_due') return null
  const open = (await listInvoices(subscriptionId)).find((invoice) => invoice.status === 'open')
  return open?.paymentUrl ?? null
}

/** The address of the campaign a pledge is for. */
export async function campaignOfPledge(pledgeId: string): Promise<string> {
  const { campaign } = await db().pledge.findUniqueOrThrow({
    where: { id: pledgeId },
    select: { campaign: { select: { slug: true } } },
  })
  return campaign.slug
}

/** The monthly pledge that a gift belongs to, as its receipt tells of it; null for a single gift. */
export async function pledgeOfDonation(donationId: string): Promise<PledgeNote | null> {
  const donation = await db().donation.findUnique({
    where: { id: donationId },
    select: { pledge: true },
  })
  if (donation?.pledge.kind !== 'monthly') return null
  const { id, status, currency, nextChargeAt, nextChargeMinor } = donation.pledge
  const next = nextChargeAt && nextChargeMinor ? { at: nextChargeAt, amountMinor: nextChargeMinor } : null
  return { token: signPledgeToken(id), status, currency, next }
}

/** Whether a hosted page began or restored a pledge of ours; pages for another card are known to Stripe alone. */
export async function isPledgeSession(sessionId: string): Promise<boolean> {
  return (await db().pledge.count({ where: { checkoutSessionId: sessionId } })) > 0
}

/** The receipt of the newest gift of a pledge that is in the books, or null. */
export async function newestReceipt(pledgeId: string): Promise<string | null> {
  const donation = await db().donation.findFirst({
    where: { pledgeId, status: 'settled' },
    orderBy: [{ settledAt: 'desc' }, { id: 'desc' }],
    select: { receiptToken: true },
  })
  return donation?.receiptToken ?? null
}

async function freshen(actor: Actor, subscriptionId: string | null): Promise<Pick<PledgeView, 'isFresh' | 'card'>> {
  if (subscriptionId === null) return { isFresh: true, card: null }
  try {
    const outcome = await syncPledge(actor, { subscriptionId })
    return { isFresh: 'card' in outcome, card: 'card' in outcome ? outcome.card : null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    logger().warn({ err: error }, 'a pledge’s page could not ask Stripe')
    return { isFresh: false, card: null }
  }
}

async function readView(pledgeId: string, token: string): Promise<Omit<PledgeView, 'isFresh' | 'card'>> {
  const pledge = await db().pledge.findUniqueOrThrow({
    where: { id: pledgeId },
    include: {
      campaign: { include: { chapter: { select: { name: true, currency: true } } } },
      donations: {
        where: { status: 'settled' },
        orderBy: [{ settledAt: 'desc' }, { id: 'desc' }],
        take: CHARGES_SHOWN,
      },
      steps: { orderBy: [{ at: 'desc' }, { id: 'desc' }] },
    },
  })
  const { campaign, steps, nextChargeAt, nextChargeMinor } = pledge
  const charges = pledge.donations.map((donation) => ({
    donationId: donation.id,
    at: donation.settledAt ?? donation.createdAt,
    totalMinor: donation.giftMinor + donation.coverMinor + donation.tipMinor,
    receiptToken: donation.receiptToken,
    isRefundAsked: steps.some(({ key }) => key === `refund:${donation.id}`),
  }))
  const [last] = charges
  const { amountMinor: giftMinor, coverMinor, tipMinor } = pledge
  return {
    ...{ pledgeId, token, status: pledge.status, currency: pledge.currency, giftMinor, coverMinor, tipMinor },
    totalMinor: giftMinor + coverMinor + tipMinor,
    ...{ campaignTitle: campaign.title, campaignSlug: campaign.slug, chapterName: campaign.chapter.name },
    offersTip: campaign.chapter.currency === pledge.currency,
    closedReason: closedReason(campaign, now()),
    next: nextChargeAt && nextChargeMinor ? { at: nextChargeAt, amountMinor: nextChargeMinor } : null,
    pausedUntil: pledge.pausedAt === null ? null : pledge.pausedUntil,
    isPausedByDonor: pledge.pausedAt !== null,
    isPausedByCampaign: pledge.campaignPausedAt !== null,
    isEnding: pledge.endReason !== null && ['active', 'past_due', 'paused'].includes(pledge.status),
    ...{ endReason: pledge.endReason, endedAt: pledge.endedAt, syncedAt: pledge.syncedAt, createdAt: pledge.createdAt },
    charges,
    // A renewal that came in shortly before the end, or with it: the donor may not have meant it.
    raced: last && pledge.endedAt && pledge.endReason === 'donor' && isRaced(last.at, pledge.endedAt) ? last : null,
    failedAttempts: steps.filter(({ kind }) => kind === 'payment_failed').length,
    steps: steps.map(({ id, kind, reason, at }) => ({ id, kind, reason, at })),
  }
}
