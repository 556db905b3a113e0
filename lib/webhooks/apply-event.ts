import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { onChargeSucceeded } from './on-charge-succeeded.ts'
import { onChargeUpdated } from './on-charge-updated.ts'
import { onCheckoutSessionCompleted } from './on-checkout-session-completed.ts'
import { onCheckoutSessionExpired } from './on-checkout-session-expired.ts'
import { onDisputeUpdated } from './on-dispute-updated.ts'
import { onInvoiceUpdated } from './on-invoice-updated.ts'
import { onPaymentFailed } from './on-payment-failed.ts'
import { onPayoutPaid } from './on-payout-paid.ts'
import { onRefundUpdated } from './on-refund-updated.ts'
import { onSetupFailed } from './on-setup-failed.ts'
import { onSubscriptionUpdated } from './on-subscription-updated.ts'
import type { EventHandler, EventOutcome, StoredNotice } from './types.ts'

const HANDLERS: Readonly<Record<string, EventHandler>> = {
  'checkout.session.completed': onCheckoutSessionCompleted,
  'checkout.session.async_payment_succeeded': onCheckoutSessionCompleted,
  'checkout.session.async_payment_failed': onPaymentFailed,
  'checkout.session.expired': onCheckoutSessionExpired,
  'charge.succeeded': onChargeSucceeded,
  'charge.updated': onChargeUpdated,
  'charge.refunded': onChargeUpdated,
  'charge.refund.updated': onRefundUpdated,
  'refund.created': onRefundUpdated,
  'refund.updated': onRefundUpdated,
  'refund.failed': onRefundUpdated,
  'charge.dispute.created': onDisputeUpdated,
  'charge.dispute.updated': onDisputeUpdated,
  'charge.dispute.closed': onDisputeUpdated,
  'charge.dispute.funds_withdrawn': onDisputeUpdated,
  'charge.dispute.funds_reinstated': onDisputeUpdated,
  'payment_intent.payment_failed': onPaymentFailed,
  'setup_intent.setup_failed': onSetupFailed,
  'customer.subscription.created': onSubscriptionUpdated,
  'customer.subscription.updated': onSubscriptionUpdated,
  'customer.subscription.deleted': onSubscriptionUpdated,
  'customer.subscription.paused': onSubscriptionUpdated,
  'customer.subscription.resumed': onSubscriptionUpdated,
  'invoice.paid': onInvoiceUpdated,
  'invoice.payment_failed': onInvoiceUpdated,
  'invoice.payment_action_required': onInvoiceUpdated,
  'invoice.voided': onInvoiceUpdated,
  'invoice.marked_uncollectible': onInvoiceUpdated,
  'payout.created': onPayoutPaid,
  'payout.updated': onPayoutPaid,
  'payout.paid': onPayoutPaid,
  'payout.reconciliation_completed': onPayoutPaid,
  'payout.failed': onPayoutPaid,
  'payout.canceled': onPayoutPaid,
}
const WEBHOOK: Actor = { kind: 'system', name: 'webhook' }

/** Whether we have something to do for events of this type. */
export function isHandled(type: string): boolean {
  return Object.hasOwn(HANDLERS, type)
}

/**
 * Does what an event of this type about this object would do, without one: how the sweeper books what no event told us.
 * Facts that contradict each other are quarantined, anything else that fails is thrown.
 */
export async function applyNotice(actor: Actor, notice: StoredNotice): Promise<EventOutcome> {
  const handle = HANDLERS[notice.type]
  if (!handle) return { status: 'ignored' }
  try {
    return await handle(actor, notice)
  } catch (error) {
    // Stripe's object and our record contradict each other: no second try changes that.
    if (error instanceof AppError && error.code === 'conflict') return { status: 'quarantined', reason: error.message }
    throw error
  }
}

/**
 * Applies one kept event; the job `apply-stripe-event`. What fails stays pending and is thrown, so that the queue tries
 * again; what can never work is quarantined with its reason.
 */
export async function applyEvent({ eventId }: { eventId: string }): Promise<void> {
  const [event] = await db().$queryRaw<StoredNotice[]>`
    SELECT id AS "eventId", type, object_id AS "objectId", payload ->> 'donationId' AS "donationId" FROM stripe_event
    WHERE id = ${eventId} AND status = 'pending'`
  if (!event) return
  try {
    const outcome = await applyNotice(WEBHOOK, event)
    const reason = outcome.status === 'quarantined' ? outcome.reason : null
    await db().$executeRaw`
      UPDATE stripe_event SET status = ${outcome.status}::stripe_event_status, last_error = ${reason}, attempts = attempts + 1, applied_at = ${now()}
      WHERE id = ${eventId}`
  } catch (error) {
    const lastError = error instanceof AppError ? `${error.code}: ${error.message}` : 'unexpected: see the log'
    await db().stripeEvent.update({ where: { id: eventId }, data: { lastError, attempts: { increment: 1 } } })
    throw error
  }
}
