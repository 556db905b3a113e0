import { callStripe, listAtStripe, markOf, stripe } from './client.ts'
import { CALL_KEY, createdWithin, DONOR_KEY } from './read-answer.ts'

/**
 * The customer under which a donor's cards stand at Stripe. It has an address for Stripe's own mails and our mark, and
 * no name: whoever writes somebody's address on our form must learn nothing from Stripe's page. Throws `payment_provider`.
 */
export async function createCustomer(
  donor: { donorId: string; email: string },
  idempotencyKey: string,
): Promise<string> {
  const params = { email: donor.email, metadata: { [DONOR_KEY]: donor.donorId, [CALL_KEY]: markOf(idempotencyKey) } }
  return (await callStripe('customer', () => stripe().customers.create(params, { idempotencyKey }))).id
}

/** The customer that a call made since a moment: what to ask before calling again once the key answers no more. */
export async function findCustomer(email: string, mark: string, from: Date): Promise<string | null> {
  const params = { email, created: createdWithin({ from, to: null }), limit: 100 }
  const found = await listAtStripe((page) => stripe().customers.list({ ...params, ...page }))
  return found.find(({ metadata }) => metadata[CALL_KEY] === mark)?.id ?? null
}
