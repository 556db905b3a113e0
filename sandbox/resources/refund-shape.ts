import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'

interface RefundParts {
  charge: Stripe.Charge
  amount: number
  reason: Stripe.Refund.Reason | null
  metadata: Record<string, string>
  outcome: 'succeeds' | 'pending' | 'fails' | 'requires_action' | 'insufficient_funds'
  instructionsEmail?: string | undefined
}

const ANSWER_SECONDS = 45 * 24 * 3600

/** A refund in the state it is born in, not stored and without its balance transaction. */
export function buildRefund(sandbox: Sandbox, parts: RefundParts): Stripe.Refund {
  const { charge, outcome } = parts
  const created = sandbox.clock.now()
  const isPending = outcome === 'pending' || outcome === 'insufficient_funds'
  const refund: Stripe.Refund = {
    id: sandbox.ids.next('refund'),
    object: 'refund',
    amount: parts.amount,
    balance_transaction: null,
    charge: charge.id,
    created,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { type: isPending ? 'pending' : 'refund' }, type: 'card' },
    metadata: parts.metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: parts.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: isPending ? 'pending' : outcome === 'requires_action' ? 'requires_action' : 'succeeded',
    transfer_reversal: null,
  }
  if (isPending) refund.pending_reason = outcome === 'pending' ? 'processing' : 'insufficient_funds'
  if (outcome !== 'requires_action') return refund
  const address = parts.instructionsEmail ?? charge.billing_details.email ?? 'donor@example.com'
  refund.instructions_email = address
  refund.next_action = {
    type: 'display_details',
    display_details: {
      email_sent: { email_sent_at: created, email_sent_to: address },
      expires_at: created + ANSWER_SECONDS,
    },
  }
  return refund
}
