/** Amounts are bigint in our own minor units (lib/money), currencies upper case, times Dates. */
export type StripeTransaction = {
  id: string
  /** What Stripe's own reports group by: `charge`, `refund`, `payout`, `fee` … */
  reportingCategory: string
  sourceId: string | null
  currency: string
  /** Signed: what came in before the fee. */
  amountMinor: bigint
  feeMinor: bigint
  /** Signed: amount less fee. */
  netMinor: bigint
  createdAt: Date
  availableAt: Date
  /** A decimal: how much of `currency` one of the currency that was paid came to. Null where they are the same. */
  exchangeRate: string | null
}

export type StripeSession = {
  id: string
  /** The hosted page; null once the session is complete or expired. */
  url: string | null
  status: 'open' | 'complete' | 'expired' | null
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required'
  currency: string | null
  amountTotalMinor: bigint | null
  donationId: string | null
  paymentIntentId: string | null
  /** The successful charge, when the session was fetched and has one. */
  charge: StripeCharge | null
}

export type StripeCharge = {
  id: string
  currency: string
  amountMinor: bigint
  paid: boolean
  paymentIntentId: string | null
  donationId: string | null
  failureCode: string | null
  createdAt: Date
  /** Null for a moment after the charge: Stripe writes its account line a little later. */
  transaction: StripeTransaction | null
  /** Something of it was refunded or disputed. False again where the only refund failed. */
  hasAftermath: boolean
}

export type StripeRefund = {
  id: string
  chargeId: string | null
  /** Stripe's word: pending, requires_action, succeeded, failed, canceled. */
  status: string
  currency: string
  amountMinor: bigint
  reason: string | null
  failureReason: string | null
  /** Our mark; null on a refund made in Stripe's dashboard. */
  refundId: string | null
  createdAt: Date
  /** What left; null where nothing has yet. */
  transaction: StripeTransaction | null
  /** What came back because it failed or was canceled. */
  failureTransaction: StripeTransaction | null
}

export type StripeDispute = {
  id: string
  chargeId: string | null
  /** Stripe's word: warning_needs_response, needs_response, under_review, won, lost, appeal_… */
  status: string
  currency: string
  amountMinor: bigint
  reason: string
  createdAt: Date
  /** Until when evidence is taken; null where none is. */
  dueBy: Date | null
  pastDue: boolean
  /** Whether evidence was sent in. */
  evidenceSent: boolean
  /** Out and back, in no promised order; none for an inquiry. */
  transactions: StripeTransaction[]
}

export type StripePayout = {
  id: string
  status: string
  currency: string
  amountMinor: bigint
  automatic: boolean
  /** `completed`: the transactions it pays out can be listed. */
  reconciliationStatus: string
  /** The bank account at Stripe. */
  destinationId: string | null
  createdAt: Date
  arrivalAt: Date
  failureCode: string | null
  /** Set on one that takes back what another had paid out. */
  originalPayoutId: string | null
  /** Its own account lines, where they were expanded: what left, and what came back when it failed. */
  transaction: StripeTransaction | null
  failureTransaction: StripeTransaction | null
}

/** What we keep of an event: which object it is about. What the object says is fetched, never taken from here. */
export type StripeEventNotice = {
  id: string
  type: string
  apiVersion: string | null
  objectType: string
  objectId: string
  createdAt: Date
  /** Our own mark on the object, where it has one. */
  donationId: string | null
}

/** Both ends belong to it; without an end it goes on. */
export type TimeSpan = { from: Date; to: Date | null }

/** A monthly gift recurs on up to three lines. */
export type PledgePart = 'gift' | 'cover' | 'tip'
export type PartAmounts = Record<PledgePart, bigint>

export type StripeSubscription = {
  id: string
  /** Our mark; null on a subscription that is none of ours. */
  pledgeId: string | null
  /** Stripe's word: incomplete, incomplete_expired, trialing, active, past_due, unpaid, paused, canceled. */
  status: string
  currency: string
  createdAt: Date
  /** The day of the month and the time at which periods begin. */
  anchorAt: Date
  periodEnd: Date
  /** Set while nothing is collected; `until` null: until resumed. */
  pause: { until: Date | null } | null
  /** When it is going to end, where that is known. */
  endsAt: Date | null
  endedAt: Date | null
  /** Stripe's word: cancellation_requested, payment_disputed, payment_failed. */
  endReason: string | null
  savesPayingCard: boolean
  card: { brand: string; last4: string } | null
  items: { id: string; productId: string; isReusable: boolean; part: PledgePart; amountMinor: bigint }[]
}

export type StripeInvoice = {
  id: string
  subscriptionId: string | null
  pledgeId: string | null
  /** Stripe's word: draft, open, paid, uncollectible, void. */
  status: string | null
  currency: string
  totalMinor: bigint
  /** What is still to be paid. */
  dueMinor: bigint
  attemptCount: number
  nextAttemptAt: Date | null
  createdAt: Date
  paidAt: Date | null
  /** Stripe's page on which anybody who has the address can pay it. */
  paymentUrl: string | null
  lines: { productId: string | null; amountMinor: bigint }[]
}

/** A hosted page of a monthly pledge: `subscription` begins one, `setup` takes another card. */
export type StripePledgeSession = {
  id: string
  url: string | null
  status: 'open' | 'complete' | 'expired' | null
  mode: 'payment' | 'setup' | 'subscription'
  pledgeId: string | null
  subscriptionId: string | null
  /** The card that was entered on a `setup` page. */
  paymentMethodId: string | null
}
