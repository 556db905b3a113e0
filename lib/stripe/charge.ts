import { findAtStripe, stripe } from './client.ts'
import { readCharge } from './read-answer.ts'
import type { StripeCharge } from './types.ts'

/** A charge with its account line (fee, net, when it becomes available), or null when Stripe does not know it. */
export async function fetchChargeWithBalance(chargeId: string): Promise<StripeCharge | null> {
  const found = await findAtStripe('charge', () =>
    stripe().charges.retrieve(chargeId, { expand: ['balance_transaction'] }),
  )
  return found && readCharge(found)
}
