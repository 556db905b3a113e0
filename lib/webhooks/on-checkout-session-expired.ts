import { expireDonation } from '#lib/donations/expire-donation.ts'
import { settlePledgeSession } from '#lib/donations/settle-pledge.ts'
import { outcomeOfPledge, UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** Nobody paid in time. */
export const onCheckoutSessionExpired: EventHandler = async (actor, { objectId }) => {
  const outcome = await expireDonation(actor, { sessionId: objectId })
  if (outcome === 'unknown') return UNKNOWN_AT_STRIPE
  if (outcome !== 'foreign') return { status: 'applied' }
  return outcomeOfPledge(await settlePledgeSession(actor, { sessionId: objectId }))
}
