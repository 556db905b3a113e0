import { db } from '#lib/db/client.ts'
import { expireCheckoutSession } from '#lib/stripe/checkout-session.ts'
import { DECLINES_PER_PAGE_MAX } from './check-limits.ts'
import { countTries, recordTry, traceOf } from './count-tries.ts'
import { formTryId } from './limit-giving.ts'
import { tripBreaker } from './trip-breaker.ts'

/**
 * Counts a declined card, once for each of Stripe's events, against whoever began the gift. Many on one payment page
 * close it, many everywhere trip the breaker.
 */
export async function countDecline({ eventId, donationId }: { eventId: string; donationId: string }): Promise<void> {
  const donation = await db().donation.findUnique({
    where: { id: donationId },
    select: {
      ...{ submissionKey: true, campaignId: true, checkoutSessionId: true, status: true },
      donor: { select: { email: true } },
    },
  })
  const email = donation?.donor.email
  if (!donation || !email) return
  const { campaignId, checkoutSessionId } = donation
  const begun = await db().cardTry.findUnique({ where: { id: formTryId(donation.submissionKey) } })
  const trace = { ...traceOf({ sender: null, email, campaignId }), senderKey: begun?.senderKey ?? null }
  if (!(await recordTry('declined', eventId, trace, donationId))) return
  const { counts, defence } = await countTries(trace, email)
  await tripBreaker(counts, defence)
  const onThisPage = await db().cardTry.count({ where: { donationId, kind: 'declined' } })
  if (onThisPage < DECLINES_PER_PAGE_MAX || donation.status !== 'started' || checkoutSessionId === null) return
  await expireCheckoutSession(checkoutSessionId)
}
