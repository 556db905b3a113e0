import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { stopInvoices } from '#lib/stripe/invoice.ts'
import {
  cancelSubscription,
  fetchSubscription,
  pauseSubscription,
  resumeSubscription,
} from '#lib/stripe/subscription.ts'
import { findMonthly, type LockedPledge } from './lock-pledge.ts'
import { type Desired, desiredOf, isMet } from './read-subscription.ts'
import { recordCall } from './record-call.ts'
import { type SyncOutcome, syncPledge } from './sync-pledge.ts'

/**
 * Brings Stripe's subscription to what was written down that the donor, the campaign or a dispute wants: ended, paused
 * or running. Then our record is brought to what Stripe says. Safe to repeat; what a crash left undone, the worker's
 * next look does. Throws `payment_provider`.
 */
export async function applyPledgeWish(actor: Actor, pledgeId: string): Promise<SyncOutcome | null> {
  const pledge = await findMonthly(db(), pledgeId)
  if (!pledge || pledge.subscriptionId === null) return null
  const { subscriptionId } = pledge
  const subscription = await fetchSubscription(subscriptionId)
  const desired = desiredOf(pledge, now())
  if (subscription && !isMet(subscription, desired)) {
    try {
      await bring(pledge, subscriptionId, desired)
    } catch (error) {
      // Somebody else was first, or it ended meanwhile: what is wished is true all the same.
      const later = await fetchSubscription(subscriptionId)
      if (!later || !isMet(later, desired)) throw error
    }
  }
  // Invoices made before are charged all the same unless they are stopped; also after a crash between the two.
  if (desired !== 'run') await stopInvoices(subscriptionId)
  return syncPledge(actor, { subscriptionId })
}

async function bring(pledge: LockedPledge, subscriptionId: string, desired: Desired): Promise<void> {
  const callOf = (operation: string, request: object) => ({
    idempotencyKey: `${operation}:${pledge.id}:${pledge.version}`,
    ...{ operation, subjectId: pledge.id, request: { subscriptionId, ...request } },
  })
  if (desired === 'run') {
    await recordCall(callOf('subscription.resume', {}), (key) => resumeSubscription(subscriptionId, key))
  } else if ('end' in desired) {
    const { end } = desired
    await recordCall(callOf('subscription.cancel', { reason: end }), (key) =>
      cancelSubscription(subscriptionId, end, key),
    )
  } else {
    const { pauseUntil } = desired
    const intent = callOf('subscription.pause', { until: pauseUntil?.toISOString() ?? null })
    await recordCall(intent, (key) => pauseSubscription(subscriptionId, pauseUntil, key))
  }
}
