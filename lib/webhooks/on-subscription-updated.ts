import { syncPledge } from '#lib/donations/sync-pledge.ts'
import { outcomeOfPledge } from './read-outcome.ts'
import type { EventHandler } from './types.ts'

/** A subscription began, changed or ended: each time what Stripe says of it now is what counts. */
export const onSubscriptionUpdated: EventHandler = async (actor, { objectId }) =>
  outcomeOfPledge(await syncPledge(actor, { subscriptionId: objectId }))
