import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { createCheckoutSession, findCheckoutSession } from '#lib/stripe/checkout-session.ts'
import type { StripeSession } from '#lib/stripe/types.ts'
import { idempotencyKeyOf, requestOf } from './prepare-checkout.ts'
import { isRepeatable, repeatCall } from './record-call.ts'
import type { StartedDonation } from './types.ts'

const DAY_MS = 24 * 3_600_000
const EXPIRED = 'This payment page has expired. Send the form again.'

/**
 * Makes the payment page of a recorded donation, or finds the one it has: safe to repeat at any time. Never inside a
 * transaction. Throws `payment_provider`, and `conflict` when the donation is too old to be paid.
 */
export async function openCheckout(donationId: string): Promise<StartedDonation> {
  const donation = await db().donation.findUniqueOrThrow({
    where: { id: donationId },
    include: { donor: { select: { email: true } } },
  })
  const { receiptToken } = donation
  if (donation.status === 'settled' && donation.checkoutSessionId !== null) {
    return { donationId, receiptToken, checkoutUrl: returnUrl(donation.checkoutSessionId) }
  }
  if (donation.checkoutUrl !== null) return { donationId, receiptToken, checkoutUrl: donation.checkoutUrl }
  // Asked again with the same key, Stripe would answer with the page as it was when it was open.
  if (donation.status === 'expired') throw new AppError('conflict', EXPIRED)

  const { email } = donation.donor
  if (email === null) throw new AppError('wrong_state', 'This gift did not come by card.')
  const idempotencyKey = idempotencyKeyOf(donationId)
  const call = await db().stripeCall.findUniqueOrThrow({ where: { idempotencyKey } })
  const until = new Date(call.createdAt.getTime() + DAY_MS)
  const session = await repeatCall<StripeSession | null>(
    idempotencyKey,
    async (key) => {
      // Too old to be paid: what an earlier try made was looked for, and nothing is made any more.
      if (!isRepeatable(call.createdAt)) return null
      return createCheckoutSession(requestOf(call.request, donationId, email), key)
    },
    (_mark, from) => findCheckoutSession(donationId, from, until),
  )
  await recordOutcome(donationId, idempotencyKey, session)
  if (session?.status === 'complete') return { donationId, receiptToken, checkoutUrl: returnUrl(session.id) }
  if (!session?.url) throw new AppError('conflict', EXPIRED)
  return { donationId, receiptToken, checkoutUrl: session.url }
}

async function recordOutcome(donationId: string, idempotencyKey: string, session: StripeSession | null): Promise<void> {
  await inTransaction(async (tx) => {
    const outcome = session ? { objectId: session.id, error: null } : { error: 'not found at Stripe' }
    await tx.stripeCall.update({ where: { idempotencyKey }, data: { ...outcome, finishedAt: now() } })
    if (!session) {
      const gift = { id: donationId, status: 'started' as const }
      const { count } = await tx.donation.updateMany({ where: gift, data: { status: 'expired' } })
      if (count === 0) return
      await tx.pledge.updateMany({ where: { donations: { some: { id: donationId } } }, data: { status: 'cancelled' } })
      return
    }
    const found = { checkoutSessionId: session.id, checkoutUrl: session.url }
    await tx.donation.update({ where: { id: donationId }, data: found })
  })
}

function returnUrl(sessionId: string): string {
  return `${env().APP_URL.replace(/\/$/, '')}/donations/return?session_id=${encodeURIComponent(sessionId)}`
}
