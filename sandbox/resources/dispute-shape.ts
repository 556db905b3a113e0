import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import type { StoredDispute } from '#sandbox/objects.ts'

/** The reasons a bank gives, each with a code of Visa's that stands behind it. */
const NETWORK_CODES = {
  bank_cannot_process: '12.1',
  check_returned: null,
  credit_not_processed: '13.7',
  customer_initiated: null,
  debit_not_authorized: null,
  duplicate: '12.6.1',
  fraudulent: '10.4',
  general: '13.5',
  incorrect_account_details: null,
  insufficient_funds: null,
  noncompliant: null,
  product_not_received: '13.1',
  product_unacceptable: '13.3',
  subscription_canceled: '13.2',
  unrecognized: '10.4',
} as const

export type DisputeReason = keyof typeof NETWORK_CODES
export const DISPUTE_REASONS = Object.keys(NETWORK_CODES) as [DisputeReason, ...DisputeReason[]]

interface DisputeParts {
  charge: Stripe.Charge
  amount: number
  reason: DisputeReason
  isInquiry: boolean
  /** Unix seconds. */
  dueBy: number
}

/** A dispute as it is opened, not stored and with no money moved. */
export function buildDispute(sandbox: Sandbox, parts: DisputeParts): StoredDispute {
  const brand = parts.charge.payment_method_details?.card?.brand ?? 'visa'
  const networkCode = NETWORK_CODES[parts.reason]
  return {
    id: sandbox.ids.next('dispute'),
    object: 'dispute',
    amount: parts.amount,
    balance_transactions: [],
    charge: parts.charge.id,
    created: sandbox.clock.now(),
    currency: parts.charge.currency,
    enhanced_eligibility_types: [],
    evidence: emptyEvidence(parts.charge.billing_details),
    evidence_details: {
      due_by: parts.dueBy,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: parts.isInquiry,
    livemode: false,
    metadata: {},
    network_reason_code: networkCode,
    payment_intent: parts.charge.payment_intent,
    payment_method_details: {
      card: {
        brand,
        case_type: parts.isInquiry ? 'inquiry' : 'chargeback',
        network: brand,
        network_reason_code: networkCode,
      },
      type: 'card',
    },
    reason: parts.reason,
    status: parts.isInquiry ? 'warning_needs_response' : 'needs_response',
    _transactions: [],
  }
}

function emptyEvidence(payer: Stripe.Charge.BillingDetails): Stripe.Dispute.Evidence {
  return {
    access_activity_log: null,
    billing_address: null,
    cancellation_policy: null,
    cancellation_policy_disclosure: null,
    cancellation_rebuttal: null,
    customer_communication: null,
    customer_email_address: payer.email,
    customer_name: payer.name,
    customer_purchase_ip: null,
    customer_signature: null,
    duplicate_charge_documentation: null,
    duplicate_charge_explanation: null,
    duplicate_charge_id: null,
    enhanced_evidence: {},
    product_description: null,
    receipt: null,
    refund_policy: null,
    refund_policy_disclosure: null,
    refund_refusal_explanation: null,
    service_date: null,
    service_documentation: null,
    shipping_address: null,
    shipping_carrier: null,
    shipping_date: null,
    shipping_documentation: null,
    shipping_tracking_number: null,
    uncategorized_file: null,
    uncategorized_text: null,
  }
}
