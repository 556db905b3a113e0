import { settleDonation } from '#lib/donations/settle-donation.ts'
import { outcomeOfSettling } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** A charge went through, or got its account line. Whichever event comes first settles; the others find it done. */
export const onChargeSucceeded: EventHandler = async (actor, { objectId, donationId }) =>
  outcomeOfSettling(await settleDonation(actor, { chargeId: objectId, donationId }))
