import { hashTrace } from '#lib/auth/read-sender.ts'
import { db } from '#lib/db/client.ts'
import { expireCheckoutSession } from '#lib/stripe/checkout-session.ts'
import { DECLINES_PER_PAGE_MAX } from './check-limits.ts'
import { countTries, recordTry, type Trace } from './count-tries.ts'
import { formTryId } from './limit-giving.ts'
import { tripBreaker } from './trip-breaker.ts'

/** Whose card it was, and Stripe's page it was entered on; `formKey` is null where the form is not known any more. */
export type Decline = {
  email: string
  campaignId: string
  formKey: string | null
  sessionId: string | null
}

/** Counts a declined card of a single gift against whoever began it. */
export async function countDecline({ eventId, donationId }: { eventId: string; donationId: string }): Promise<void> {
  const donation = await db().donation.findUnique({
    where: { id: donationId },
    select: { submissionKey: true, campaignId: true, checkoutSessionId: true, donor: { select: { email: true } } },
  })
  const email = donation?.donor.email
  if (!donation || !email) return
  const { campaignId, submissionKey: formKey, checkoutSessionId: sessionId } = donation
  await recordDecline(eventId, { email, campaignId, formKey, sessionId })
}

/**
 * Counts a declined card, once for each of Stripe's events. Many on one page close it, many everywhere trip the breaker:
 * both are asked each time, so that an event that broke off after it was counted finishes when it is applied again.
 */
export async function recordDecline(
  eventId: string,
  { email, campaignId, formKey, sessionId }: Decline,
): Promise<void> {
  const emailKey = hashTrace('email', email)
  const trace = { emailKey, campaignId, senderKey: await senderOf(formKey, { emailKey, campaignId }) }
  await recordTry('declined', eventId, trace, sessionId)
  const { counts, defence } = await countTries(trace, email)
  await tripBreaker(counts, defence)
  if (sessionId === null) return
  const onThisPage = await db().cardTry.count({ where: { sessionId, kind: 'declined' } })
  if (onThisPage >= DECLINES_PER_PAGE_MAX) await expireCheckoutSession(sessionId)
}

/** Who began it, by the form; for a page without one, whoever began something last with this address here. */
async function senderOf(formKey: string | null, of: Omit<Trace, 'senderKey'>): Promise<string | null> {
  const begun =
    formKey === null
      ? await db().cardTry.findFirst({ where: { kind: 'begun', ...of }, orderBy: { at: 'desc' } })
      : await db().cardTry.findUnique({ where: { id: formTryId(formKey) } })
  return begun?.senderKey ?? null
}
