import { settlePayout } from './settle-payout.ts'
import type { EventHandler } from './types.ts'

/** A payout arrived, can be reconciled, or failed: each time its present state at Stripe is what counts. */
export const onPayoutPaid: EventHandler = (actor, { objectId }) => settlePayout(actor, objectId)
