import { findAtStripe, stripe } from './client.ts'
import { idOf, PLEDGE_KEY } from './read-answer.ts'

/** Whose payment it is, or null when Stripe does not know it. A guest's single gift has no customer. */
export async function fetchPayer(paymentIntentId: string): Promise<{ customerId: string | null } | null> {
  const found = await findAtStripe('payment_intent', () => stripe().paymentIntents.retrieve(paymentIntentId))
  return found && { customerId: idOf(found.customer) }
}

/** Whose card a setup is for, or null when Stripe does not know it. `pledgeId` is null for one that is not ours. */
export async function fetchSetup(
  setupIntentId: string,
): Promise<{ customerId: string | null; pledgeId: string | null } | null> {
  const found = await findAtStripe('setup_intent', () => stripe().setupIntents.retrieve(setupIntentId))
  return found && { customerId: idOf(found.customer), pledgeId: found.metadata?.[PLEDGE_KEY] ?? null }
}
