import { syncCharge } from '#lib/donations/sync-charge.ts'
import { fetchDispute } from '#lib/stripe/dispute.ts'
import { outcomeOfSettling, UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** Anything about a dispute, from the inquiry to the appeal: its charge is brought up to date. */
export const onDisputeUpdated: EventHandler = async (actor, { objectId }) => {
  const dispute = await fetchDispute(objectId)
  if (!dispute) return UNKNOWN_AT_STRIPE
  if (dispute.chargeId === null) return { status: 'ignored' }
  return outcomeOfSettling(await syncCharge(actor, { chargeId: dispute.chargeId, isTouched: true }))
}
