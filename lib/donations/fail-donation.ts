import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { fetchCheckoutSession } from '#lib/stripe/checkout-session.ts'
import type { EndOutcome } from './expire-donation.ts'
import { lockDonation } from './lock-donation.ts'
import { nextDonationStatus } from './states.ts'

/**
 * Notes that a payment did not go through. While the payment page is open the donor may try another card, so the
 * donation stays started and only the reason is kept; on a page that is no longer open it has failed.
 */
export async function failDonation(
  actor: Actor,
  payment: { donationId: string | null; sessionId: string | null; reason: string | null },
): Promise<EndOutcome> {
  const where =
    payment.donationId === null ? { checkoutSessionId: payment.sessionId ?? '' } : { id: payment.donationId }
  const known = await db().donation.findUnique({ where, select: { id: true, checkoutSessionId: true } })
  if (!known) return 'foreign'
  const sessionId = known.checkoutSessionId ?? payment.sessionId
  const session = sessionId === null ? null : await fetchCheckoutSession(sessionId)
  if (!session) return 'unknown'
  if (session.paymentStatus === 'paid') return 'open'
  await inTransaction(async (tx) => {
    const donation = await lockDonation(tx, known.id)
    if (donation.status !== 'started') return
    const ended = session.status !== 'open'
    const data = ended ? { status: nextDonationStatus('started', 'fail') } : {}
    await tx.donation.update({ where: { id: donation.id }, data: { ...data, failureReason: payment.reason } })
    if (!ended) return
    await tx.pledge.update({ where: { id: donation.pledgeId }, data: { status: 'lapsed' } })
    const subject = { subjectType: 'donation', subjectId: donation.id, chapterId: donation.chapterId }
    await recordEvent(tx, actor, { action: 'donation.fail', ...subject, detail: { reason: payment.reason } })
  })
  return session.status === 'open' ? 'open' : 'known'
}
