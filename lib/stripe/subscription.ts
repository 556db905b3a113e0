import type Stripe from 'stripe'
import { fromStripeAmount, toStripeAmount } from '#lib/money/stripe-amount.ts'
import { callStripe, findAtStripe, listAtStripe, markOf, providerError, stripe } from './client.ts'
import { CALL_KEY, createdWithin, idOf, PART_KEY, PLEDGE_KEY, readPart, timeOf } from './read-answer.ts'
import type { PartAmounts, PledgePart, StripeSubscription } from './types.ts'

const PARTS: readonly PledgePart[] = ['gift', 'cover', 'tip']
const EXPAND = ['items.data.price.product', 'default_payment_method']

/** A subscription as it is now, or null when Stripe does not know it. */
export async function fetchSubscription(subscriptionId: string): Promise<StripeSubscription | null> {
  const found = await findAtStripe('subscription', () =>
    stripe().subscriptions.retrieve(subscriptionId, { expand: EXPAND }),
  )
  return found && readSubscription(found)
}

/**
 * Gives the subscription's lines new amounts from the next period on: nothing is charged or credited now. A line without
 * a product that can be used again gets one, called as `names` says; with `madeSince` an earlier try
 * may have made the product, and it is looked up first. Throws `payment_provider`.
 */
export async function changeAmounts(
  subscription: StripeSubscription,
  wanted: { amounts: PartAmounts; names: Record<PledgePart, string>; madeSince: Date | null },
  idempotencyKey: string,
): Promise<string> {
  const items: Stripe.SubscriptionUpdateParams.Item[] = []
  for (const part of PARTS) {
    const amountMinor = wanted.amounts[part]
    const known = subscription.items.filter((item) => item.part === part)
    const [kept, ...surplus] = amountMinor > 0n ? known : [undefined, ...known]
    for (const item of surplus) if (item) items.push({ id: item.id, deleted: true })
    if (amountMinor === 0n) continue
    const reusable = kept?.isReusable ? kept.productId : null
    const product = reusable ?? (await productFor(part, wanted, `${idempotencyKey}:${part}`))
    const price_data = {
      currency: subscription.currency.toLowerCase(),
      product,
      recurring: { interval: 'month' as const },
      unit_amount: toStripeAmount(amountMinor, subscription.currency),
    }
    items.push({ ...(kept ? { id: kept.id } : {}), price_data })
  }
  const params: Stripe.SubscriptionUpdateParams = { items, proration_behavior: 'none' }
  return update(subscription.id, params, idempotencyKey)
}

/**
 * From now on invoices are voided instead of charged, until the moment or until resumed. Invoices that exist already are
 * not touched: stopInvoices does that.
 */
export function pauseSubscription(subscriptionId: string, until: Date | null, idempotencyKey: string): Promise<string> {
  const resumes = until === null ? {} : { resumes_at: Math.floor(until.getTime() / 1_000) }
  return update(subscriptionId, { pause_collection: { behavior: 'void', ...resumes } }, idempotencyKey)
}

export function resumeSubscription(subscriptionId: string, idempotencyKey: string): Promise<string> {
  return update(subscriptionId, { pause_collection: '' }, idempotencyKey)
}

/** Ends a subscription at once. One that has ended already stays as it ended. */
export async function cancelSubscription(
  subscriptionId: string,
  comment: string,
  idempotencyKey: string,
): Promise<string> {
  const params = { invoice_now: false, prorate: false, cancellation_details: { comment } }
  const cancel = () => stripe().subscriptions.cancel(subscriptionId, params, { idempotencyKey })
  return (await callStripe('subscription', cancel)).id
}

/** The card that the next renewals use. */
export function useCard(subscriptionId: string, paymentMethodId: string, idempotencyKey: string): Promise<string> {
  return update(subscriptionId, { default_payment_method: paymentMethodId }, idempotencyKey)
}

/** A card with which somebody pays an open invoice on Stripe's page becomes the card of the next renewals. */
export function keepPayingCard(subscriptionId: string, idempotencyKey: string): Promise<string> {
  const payment_settings = { save_default_payment_method: 'on_subscription' as const }
  return update(subscriptionId, { payment_settings }, idempotencyKey)
}

async function update(id: string, params: Stripe.SubscriptionUpdateParams, idempotencyKey: string): Promise<string> {
  return (await callStripe('subscription', () => stripe().subscriptions.update(id, params, { idempotencyKey }))).id
}

async function productFor(
  part: PledgePart,
  { names, madeSince }: { names: Record<PledgePart, string>; madeSince: Date | null },
  idempotencyKey: string,
): Promise<string> {
  const mark = markOf(idempotencyKey)
  if (madeSince !== null) {
    const created = createdWithin({ from: madeSince, to: null })
    const made = await listAtStripe((page) => stripe().products.list({ created, limit: 100, ...page }))
    const found = made.find(({ metadata, active }) => active && metadata[CALL_KEY] === mark)
    if (found) return found.id
  }
  const params = { name: names[part], metadata: { [PART_KEY]: part, [CALL_KEY]: mark } }
  return (await callStripe('product', () => stripe().products.create(params, { idempotencyKey }))).id
}

function readSubscription(answer: Stripe.Subscription): StripeSubscription {
  const currency = answer.currency.toUpperCase()
  const [first] = answer.items.data
  if (!first) throw providerError(new Error(`${answer.id} has no lines`))
  const ends = answer.items.data.map((item) => item.current_period_end)
  const card = answer.default_payment_method
  const details = card !== null && typeof card === 'object' ? card.card : undefined
  return {
    id: answer.id,
    pledgeId: answer.metadata[PLEDGE_KEY] ?? null,
    status: answer.status,
    currency,
    createdAt: timeOf(answer.created),
    anchorAt: timeOf(answer.billing_cycle_anchor),
    periodEnd: timeOf(Math.min(...ends)),
    pause: answer.pause_collection && { until: optionalTime(answer.pause_collection.resumes_at) },
    endsAt: answer.cancel_at_period_end ? timeOf(Math.min(...ends)) : optionalTime(answer.cancel_at),
    endedAt: optionalTime(answer.ended_at),
    endReason: answer.cancellation_details?.reason ?? null,
    savesPayingCard: answer.payment_settings?.save_default_payment_method === 'on_subscription',
    card: details ? { brand: details.brand, last4: details.last4 } : null,
    items: answer.items.data.map((item) => ({
      id: item.id,
      productId: idOf(item.price.product) ?? '',
      part: readPart(item.price.product),
      isReusable: isActive(item.price.product),
      amountMinor: fromStripeAmount((item.price.unit_amount ?? 0) * (item.quantity ?? 1), currency),
    })),
  }
}

/** What Checkout made for one page may be archived at once, and then no further price can be tied to it. */
function isActive(product: string | Stripe.Product | Stripe.DeletedProduct): boolean {
  return typeof product === 'object' && !product.deleted && product.active
}

function optionalTime(seconds: number | null | undefined): Date | null {
  return seconds === null || seconds === undefined ? null : timeOf(seconds)
}
