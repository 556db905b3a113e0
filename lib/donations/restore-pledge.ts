import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { AppError } from '#lib/errors.ts'
import { type GivingRequest, limitPledgePage } from './limit-giving.ts'
import { openPledge } from './open-pledge.ts'
import { openPledgeCheckout } from './open-pledge-checkout.ts'
import { closedReason } from './policy.ts'
import { syncPledge } from './sync-pledge.ts'
import type { StartedPledge } from './types.ts'

/**
 * Lets a pledge whose payments failed go on: Stripe's page for a new subscription with the same amounts. Its history
 * stays. Throws `wrong_state` where it has not lapsed or the campaign takes no gifts now, and `rate_limited`.
 */
export async function restorePledge(
  actor: Actor,
  input: { token: string },
  request: GivingRequest | null = null,
): Promise<StartedPledge> {
  const { subscriptionId } = await openPledge(input.token)
  if (subscriptionId !== null) await syncPledge(actor, { subscriptionId })
  const pledge = await openPledge(input.token)
  const { id, status, campaign } = pledge
  if (status !== 'lapsed') throw new AppError('wrong_state', 'Only a pledge whose payments failed can go on this way.')
  const closed = closedReason(campaign, now())
  if (closed !== null) throw new AppError('wrong_state', closed)
  if (request) await limitPledgePage(pledge, `restore:${pledge.checkoutSessionId}`, request)
  return openPledgeCheckout(id)
}
