import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'

export interface PayoutParts {
  /** Minor units; negative takes money from the bank. */
  amount: number
  currency: string
  automatic: boolean
  /** Unix seconds. */
  arrival: number
  isPending: boolean
  description?: string | null
  statementDescriptor?: string | null
  metadata?: Record<string, string>
  originalPayout?: string
}

/** A payout as it is made, not stored and without its balance transaction. */
export function buildPayout(sandbox: Sandbox, parts: PayoutParts): Stripe.Payout {
  return {
    id: sandbox.ids.next('payout'),
    object: 'payout',
    amount: parts.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: parts.arrival,
    automatic: parts.automatic,
    balance_transaction: null,
    created: sandbox.clock.now(),
    currency: parts.currency,
    description: parts.description ?? (parts.automatic ? 'STRIPE PAYOUT' : null),
    destination: 'ba_1SandboxBankAccount00000',
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: parts.metadata ?? {},
    method: 'standard',
    original_payout: parts.originalPayout ?? null,
    payout_method: null,
    reconciliation_status: parts.automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: parts.statementDescriptor ?? null,
    status: parts.isPending ? 'pending' : 'in_transit',
    trace_id: { status: 'pending', value: null },
    type: 'bank_account',
  }
}
