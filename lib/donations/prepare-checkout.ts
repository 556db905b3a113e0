import { z } from 'zod'
import { env } from '#lib/env.ts'
import { formatMoney } from '#lib/money/format.ts'
import type { CheckoutRequest } from '#lib/stripe/checkout-session.ts'
import type { GiftAmounts } from './types.ts'

const CHECKOUT_OPERATION = 'checkout.session.create'

const storedRequest = z.object({
  currency: z.string(),
  lines: z.array(z.object({ name: z.string(), amountMinor: z.string().transform(BigInt) })),
  successUrl: z.string(),
  cancelUrl: z.string(),
})

/**
 * The row that says we are about to ask Stripe for a payment page: everything of the request but the person's
 * address, so that a second try sends exactly the same.
 */
export function checkoutIntent(facts: {
  donationId: string
  campaign: { title: string; slug: string; currency: string }
  amounts: GiftAmounts
}) {
  const { donationId, campaign, amounts } = facts
  const address = env().APP_URL.replace(/\/$/, '')
  const lines = [
    { name: `Gift to ${campaign.title}`, amountMinor: amounts.giftMinor },
    { name: 'Card fee, covered by you', amountMinor: amounts.coverMinor },
    { name: 'Tip for the chapter’s own work', amountMinor: amounts.tipMinor },
  ]
  const { currency } = campaign
  const back = new URLSearchParams({ currency, amount: formatMoney(amounts.giftMinor, currency) })
  if (amounts.coverMinor > 0n) back.set('coverFee', 'yes')
  const request: z.input<typeof storedRequest> = {
    currency,
    lines: lines
      .filter((line) => line.amountMinor > 0n)
      .map((line) => ({ ...line, amountMinor: String(line.amountMinor) })),
    successUrl: `${address}/donations/return?session_id={CHECKOUT_SESSION_ID}`,
    cancelUrl: `${address}/campaigns/${campaign.slug}/donate?${back}`,
  }
  return { idempotencyKey: idempotencyKeyOf(donationId), operation: CHECKOUT_OPERATION, subjectId: donationId, request }
}

/** One donation has one payment page, so one key. */
export function idempotencyKeyOf(donationId: string): string {
  return `checkout:${donationId}`
}

/** The request as it was recorded, made whole with the address. */
export function requestOf(stored: unknown, donationId: string, email: string): CheckoutRequest {
  return { donationId, email, ...storedRequest.parse(stored) }
}
