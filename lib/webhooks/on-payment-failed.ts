import { countDecline } from '#lib/donations/count-decline.ts'
import { countPledgeDecline } from '#lib/donations/count-pledge-decline.ts'
import { failDonation } from '#lib/donations/fail-donation.ts'
import { UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** A card was declined, or a slow payment method failed in the end. */
export const onPaymentFailed: EventHandler = async (actor, { eventId, type, objectId, donationId }) => {
  const isDecline = type === 'payment_intent.payment_failed'
  if (isDecline && donationId === null) {
    const counted = await countPledgeDecline({ eventId, intentId: objectId })
    if (counted === 'unknown') return UNKNOWN_AT_STRIPE
    return { status: counted === 'foreign' ? 'ignored' : 'applied' }
  }
  const sessionId = type.startsWith('checkout.session.') ? objectId : null
  const outcome = await failDonation(actor, { donationId, sessionId, reason: 'payment_failed' })
  if (outcome === 'unknown') return UNKNOWN_AT_STRIPE
  if (isDecline && donationId !== null) await countDecline({ eventId, donationId })
  return { status: outcome === 'foreign' ? 'ignored' : 'applied' }
}
