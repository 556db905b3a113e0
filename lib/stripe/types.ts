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
