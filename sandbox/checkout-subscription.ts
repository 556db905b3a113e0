import type { Sandbox } from './context.ts'
import type { StoredPaymentIntent, StoredSession } from './objects.ts'
import { settleInvoice } from './resources/collection.ts'
import { finalizeInvoice } from './resources/invoice-states.ts'
import { beginSubscription } from './resources/subscription-life.ts'
import { buildSubscription } from './resources/subscription-shape.ts'
import { attachMethod } from './stored-cards.ts'

/**
 * The paid session becomes a subscription: the card is saved as its default and the intent that was paid is the payment
 * of its first invoice. Since 2025 Stripe makes none of them before the payment.
 */
export function completeSubscription(sandbox: Sandbox, session: StoredSession, intent: StoredPaymentIntent): void {
  const customer = String(intent.customer)
  const method = sandbox.store.get('payment_method', String(intent.payment_method))
  if (!method) throw new Error(`${intent.id} has no payment method`)
  attachMethod(sandbox, method, customer)
  const sold = session._line_items.flatMap((line) =>
    line.price ? [{ price: line.price, quantity: line.quantity ?? 1, metadata: {} }] : [],
  )
  const data = session._subscription_data ?? {}
  const subscription = buildSubscription(sandbox, {
    customer,
    currency: session.currency ?? 'usd',
    items: sold.filter((line) => line.price.recurring !== null),
    metadata: (data.metadata ?? {}) as Record<string, string>,
    description: data.description ?? null,
    defaultPaymentMethod: method.id,
    status: 'active',
    cancelAtPeriodEnd: false,
    saveDefault: 'off',
  })
  const extras = sold.filter((line) => line.price.recurring === null)
  const invoice = beginSubscription(sandbox, subscription, extras)
  finalizeInvoice(sandbox, invoice, intent)
  invoice.attempt_count = 1
  if (invoice.status === 'open') settleInvoice(sandbox, invoice)
  session.subscription = subscription.id
  session.invoice = invoice.id
}
