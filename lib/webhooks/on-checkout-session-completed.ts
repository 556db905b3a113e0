import { settleDonation } from '#lib/donations/settle-donation.ts'
import { outcomeOfSettling } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** The donor has gone through the payment page; also when a slow payment method has paid at last. */
export const onCheckoutSessionCompleted: EventHandler = async (actor, { objectId, donationId }) =>
  outcomeOfSettling(await settleDonation(actor, { sessionId: objectId, donationId }))
