import { countSetupDecline } from '#lib/donations/count-pledge-decline.ts'
import { UNKNOWN_AT_STRIPE } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** A card was declined on a page for another card. */
export const onSetupFailed: EventHandler = async (_actor, { eventId, objectId }) => {
  const outcome = await countSetupDecline({ eventId, intentId: objectId })
  if (outcome === 'unknown') return UNKNOWN_AT_STRIPE
  return { status: outcome === 'foreign' ? 'ignored' : 'applied' }
}
