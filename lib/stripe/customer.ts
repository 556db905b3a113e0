import { callStripe, stripe } from './client.ts'
import { DONOR_KEY } from './read-answer.ts'

/**
 * The customer under which a donor's cards stand at Stripe. It has an address for Stripe's own mails and our mark, and
 * no name: whoever writes somebody's address on our form must learn nothing from Stripe's page. Throws `payment_provider`.
 */
export async function createCustomer(
  donor: { donorId: string; email: string },
  idempotencyKey: string,
): Promise<string> {
  const params = { email: donor.email, metadata: { [DONOR_KEY]: donor.donorId } }
  return (await callStripe('customer', () => stripe().customers.create(params, { idempotencyKey }))).id
}
