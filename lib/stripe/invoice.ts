import Stripe from 'stripe'
import { AppError } from '#lib/errors.ts'
import { fromStripeAmount } from '#lib/money/stripe-amount.ts'
import { callStripe, findAtStripe, listAtStripe, stripe } from './client.ts'
import { idOf, PLEDGE_KEY, readPart, timeOf } from './read-answer.ts'
import type { PartAmounts, StripeInvoice } from './types.ts'

/** An invoice of a subscription, or null when Stripe does not know it. */
export async function fetchInvoice(invoiceId: string): Promise<StripeInvoice | null> {
  const found = await findAtStripe('invoice', () => stripe().invoices.retrieve(invoiceId))
  return found && readInvoice(found)
}

/** Every invoice of a subscription, newest first. */
export async function listInvoices(subscriptionId: string): Promise<StripeInvoice[]> {
  const found = await listAtStripe((page) =>
    stripe().invoices.list({ subscription: subscriptionId, limit: 100, ...page }),
  )
  return found.map(readInvoice)
}

/** The invoice that a payment paid, or null when it paid none. */
export async function invoiceOfPayment(paymentIntentId: string): Promise<StripeInvoice | null> {
  const payment = { type: 'payment_intent' as const, payment_intent: paymentIntentId }
  const found = await listAtStripe((page) => stripe().invoicePayments.list({ payment, limit: 100, ...page }))
  const invoiceId = idOf(found[0]?.invoice)
  return invoiceId === null ? null : fetchInvoice(invoiceId)
}

/** The charge that paid an invoice; null while it is not paid, or was marked paid by hand. */
export async function paymentOfInvoice(
  invoiceId: string,
): Promise<{ chargeId: string; paymentIntentId: string | null } | null> {
  const expand = ['data.payment.payment_intent']
  const found = await listAtStripe((page) =>
    stripe().invoicePayments.list({ invoice: invoiceId, limit: 100, expand, ...page }),
  )
  for (const { status, payment } of found) {
    if (status !== 'paid') continue
    const intent = payment.payment_intent
    const charge = intent !== undefined && typeof intent === 'object' ? intent.latest_charge : payment.charge
    const chargeId = idOf(charge)
    if (chargeId !== null) return { chargeId, paymentIntentId: idOf(intent) }
  }
  return null
}

/**
 * How an invoice divides into gift, covered fee and tip: its lines name products, and each product says which part it
 * is. What somebody added at Stripe counts as gift.
 */
export async function partsOfInvoice(invoice: StripeInvoice): Promise<PartAmounts> {
  const amounts = { gift: 0n, cover: 0n, tip: 0n }
  for (const { productId, amountMinor } of invoice.lines) {
    const product =
      productId === null ? null : await findAtStripe('product', () => stripe().products.retrieve(productId))
    amounts[readPart(product)] += amountMinor
  }
  return amounts
}

/**
 * Keeps the unpaid invoices of a subscription from being charged: a draft is not finalized, an open one is voided. One
 * that was paid meanwhile stays paid, which the caller learns when it looks again. Both may be done twice, so they have no
 * key of ours, under which Stripe could hold a failure for a day.
 */
export async function stopInvoices(subscriptionId: string): Promise<void> {
  const unpaid = (await listInvoices(subscriptionId)).filter(({ status }) => status === 'draft' || status === 'open')
  for (const { id, status } of unpaid) {
    await unlessTooLate(() =>
      callStripe('invoice', () =>
        status === 'draft' ? stripe().invoices.update(id, { auto_advance: false }) : stripe().invoices.voidInvoice(id),
      ),
    )
  }
}

/** Tries an open invoice with another card, now. False when that card was declined or the invoice is not open. */
export async function payInvoice(invoiceId: string, paymentMethodId: string, idempotencyKey: string): Promise<boolean> {
  const pay = () => stripe().invoices.pay(invoiceId, { payment_method: paymentMethodId }, { idempotencyKey })
  return unlessTooLate(() => callStripe('invoice', pay))
}

/** False where Stripe says that the object or the card does not allow it; everything else is thrown. */
async function unlessTooLate(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    const said = error instanceof AppError ? error.cause : null
    const refused =
      said instanceof Stripe.errors.StripeInvalidRequestError || said instanceof Stripe.errors.StripeCardError
    if (refused) return false
    throw error
  }
}

function readInvoice(answer: Stripe.Invoice): StripeInvoice {
  const currency = answer.currency.toUpperCase()
  const details = answer.parent?.subscription_details ?? null
  const paidAt = answer.status_transitions.paid_at
  return {
    id: answer.id,
    subscriptionId: idOf(details?.subscription),
    pledgeId: details?.metadata?.[PLEDGE_KEY] ?? null,
    status: answer.status,
    currency,
    totalMinor: fromStripeAmount(answer.total, currency),
    dueMinor: fromStripeAmount(answer.amount_remaining, currency),
    attemptCount: answer.attempt_count,
    nextAttemptAt: answer.next_payment_attempt === null ? null : timeOf(answer.next_payment_attempt),
    createdAt: timeOf(answer.created),
    paidAt: paidAt === null ? null : timeOf(paidAt),
    paymentUrl: answer.hosted_invoice_url ?? null,
    lines: answer.lines.data.map((line) => ({
      productId: line.pricing?.price_details?.product ?? null,
      amountMinor: fromStripeAmount(line.amount, currency),
    })),
  }
}
