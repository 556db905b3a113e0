import { expireDonation } from '#lib/donations/expire-donation.ts'
import { UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** Nobody paid in time. */
export const onCheckoutSessionExpired: EventHandler = async (actor, { objectId }) => {
  const outcome = await expireDonation(actor, { sessionId: objectId })
  if (outcome === 'unknown') return UNKNOWN_AT_STRIPE
  return { status: outcome === 'foreign' ? 'ignored' : 'applied' }
}
