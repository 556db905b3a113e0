import type Stripe from 'stripe'

/** The SDK turns `unit_amount_decimal` into its Decimal class; on the wire and in the store it is text. */
export type WirePrice = Omit<Stripe.Price, 'unit_amount_decimal'> & { unit_amount_decimal: string | null }
export type WireLineItem = Omit<Stripe.LineItem, 'price'> & { price: WirePrice | null }

/** A name that starts with an underscore stays in the sandbox; `present` removes it from every answer. */
export type StoredSession = Stripe.Checkout.Session & {
  _line_items: WireLineItem[]
  _payment_intent_data: Stripe.Checkout.SessionCreateParams.PaymentIntentData
  _subscription_data?: Stripe.Checkout.SessionCreateParams.SubscriptionData
  /** The intent a subscription's first payment is made with; such a session shows none. */
  _intent?: string
  _business_name: string
  /** How many cards were tried; the page sends it back, so that a second press is known as one. */
  _attempts: number
  _payer?: { email: string; name: string }
}

export type StoredPaymentIntent = Stripe.PaymentIntent & {
  _session?: string
  /** The invoice it pays. */
  _invoice?: string
  /** The test card that waits for its 3-D Secure answer. */
  _card?: string
  _return_url?: string
}

export type StoredSetupIntent = Stripe.SetupIntent & { _session?: string; _portal?: string; _card?: string }

/** `_behaves_as` is the number of another test card, where a test wants the stored one to change. */
export type StoredPaymentMethod = Stripe.PaymentMethod & { _behaves_as?: string }

export type WirePlan = Omit<Stripe.Plan, 'amount_decimal'> & { amount_decimal: string | null }
export type WireSubscriptionItem = Omit<Stripe.SubscriptionItem, 'price' | 'plan'> & {
  price: WirePrice
  plan: WirePlan
}

/** `_period` counts the periods since the anchor, so that the 31st stays the 31st after a February. */
export type StoredSubscription = Omit<Stripe.Subscription, 'items'> & {
  items: Stripe.ApiList<WireSubscriptionItem>
  _period: number
}

export type WireInvoiceLine = Omit<Stripe.InvoiceLineItem, 'pricing' | 'quantity_decimal'> & {
  quantity_decimal: string | null
  pricing: { type: 'price_details'; unit_amount_decimal: string; price_details: { price: string; product: string } }
}

/** `_first_failure` is the second the retry schedule counts from, `_retries` how many of it are over. */
export type StoredInvoice = Omit<Stripe.Invoice, 'lines'> & {
  lines: Stripe.ApiList<WireInvoiceLine>
  _first_failure?: number
  _retries: number
  /** How often its page was sent. */
  _page_attempts?: number
}

/** `_secret` is the last part of its address; `_done` what was done there and is still to be said. */
export type StoredPortalSession = Stripe.BillingPortal.Session & {
  _secret: string
  _expires_at: number
  _done?: string
}

/** The ids of the transactions that `balance_transactions` shows in full. */
/** `_returned`: what came back of it, in minor units of the dispute's currency. */
export type StoredDispute = Stripe.Dispute & { _transactions: string[]; _returned?: number }

export type StoredTransaction = Stripe.BalanceTransaction & { id: string }

/** Everything that is kept, by its `object` name. */
export interface Kinds {
  'checkout.session': StoredSession
  customer: Stripe.Customer | Stripe.DeletedCustomer
  product: Stripe.Product
  price: WirePrice
  payment_intent: StoredPaymentIntent
  payment_method: StoredPaymentMethod
  setup_intent: StoredSetupIntent
  subscription: StoredSubscription
  invoice: StoredInvoice
  invoice_payment: Stripe.InvoicePayment
  'billing_portal.session': StoredPortalSession
  'billing_portal.configuration': Stripe.BillingPortal.Configuration
  charge: Stripe.Charge
  balance_transaction: StoredTransaction
  event: Stripe.EventBase
  payout: Stripe.Payout
  refund: Stripe.Refund
  dispute: StoredDispute
  'radar.early_fraud_warning': Stripe.Radar.EarlyFraudWarning
}

export type Kind = keyof Kinds
export type Stored = Kinds[Kind]
