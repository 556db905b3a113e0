import { syncCharge } from '#lib/donations/sync-charge.ts'
import { outcomeOfSettling } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** A charge got its account line, or something of it went back: what it is now is fetched, and what is missing is posted. */
export const onChargeUpdated: EventHandler = async (actor, { type, objectId, donationId }) =>
  outcomeOfSettling(await syncCharge(actor, { chargeId: objectId, donationId, isTouched: type === 'charge.refunded' }))
