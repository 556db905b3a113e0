import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { fetchCheckoutSession } from '#lib/stripe/checkout-session.ts'
import { lockDonation } from './lock-donation.ts'
import { nextDonationStatus } from './states.ts'

/** known: the donation has ended or had ended before. foreign, unknown: as in settleDonation. open: it can still be paid. */
export type EndOutcome = 'known' | 'open' | 'foreign' | 'unknown'

/**
 * Ends a donation whose payment page nobody used in time, and its pledge. Asks Stripe first: a page that was paid, or
 * is open, ends nothing.
 */
export async function expireDonation(actor: Actor, payment: { sessionId: string }): Promise<EndOutcome> {
  const session = await fetchCheckoutSession(payment.sessionId)
  if (!session) return 'unknown'
  const id = session.donationId
  const known = id === null ? null : await db().donation.findUnique({ where: { id }, select: { id: true } })
  if (!known) return 'foreign'
  if (session.status !== 'expired' || session.paymentStatus === 'paid') return 'open'
  await inTransaction(async (tx) => {
    const donation = await lockDonation(tx, known.id)
    if (donation.status === 'settled' || donation.status === 'expired') return
    const data = {
      status: nextDonationStatus(donation.status, 'expire'),
      checkoutSessionId: session.id,
      checkoutUrl: null,
    }
    await tx.donation.update({ where: { id: donation.id }, data })
    await tx.pledge.update({ where: { id: donation.pledgeId }, data: { status: 'cancelled' } })
    const subject = { subjectType: 'donation', subjectId: donation.id, chapterId: donation.chapterId }
    await recordEvent(tx, actor, { action: 'donation.expire', ...subject })
  })
  return 'known'
}
