import { settleDonation } from '#lib/donations/settle-donation.ts'
import { settlePledgeSession } from '#lib/donations/settle-pledge.ts'
import { outcomeOfPledge, outcomeOfSettling } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** The donor has gone through a hosted page; also when a slow payment method has paid at last. */
export const onCheckoutSessionCompleted: EventHandler = async (actor, { objectId, donationId }) => {
  const outcome = await settleDonation(actor, { sessionId: objectId, donationId })
  if (outcome.state !== 'foreign') return outcomeOfSettling(outcome)
  // Not a single gift's: the first payment of a monthly one, or another card for it.
  return outcomeOfPledge(await settlePledgeSession(actor, { sessionId: objectId }))
}
