import { syncCharge } from '#lib/donations/sync-charge.ts'
import { fetchRefund } from '#lib/stripe/refund.ts'
import { outcomeOfSettling, UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** Anything about a refund, ours or the dashboard's: its charge is brought up to date. */
export const onRefundUpdated: EventHandler = async (actor, { objectId }) => {
  const refund = await fetchRefund(objectId)
  if (!refund) return UNKNOWN_AT_STRIPE
  if (refund.chargeId === null) return { status: 'ignored' }
  return outcomeOfSettling(await syncCharge(actor, { chargeId: refund.chargeId, isTouched: true }))
}
