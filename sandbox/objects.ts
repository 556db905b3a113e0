import type Stripe from 'stripe'

/** The SDK turns `unit_amount_decimal` into its Decimal class; on the wire and in the store it is text. */
export type WirePrice = Omit<Stripe.Price, 'unit_amount_decimal'> & { unit_amount_decimal: string | null }
export type WireLineItem = Omit<Stripe.LineItem, 'price'> & { price: WirePrice | null }

/** A name that starts with an underscore stays in the sandbox; `present` removes it from every answer. */
export type StoredSession = Stripe.Checkout.Session & {
  _line_items: WireLineItem[]
  _payment_intent_data: Stripe.Checkout.SessionCreateParams.PaymentIntentData
  _business_name: string
  /** How many cards were tried; the page sends it back, so that a second press is known as one. */
  _attempts: number
  _payer?: { email: string; name: string }
}

export type StoredPaymentIntent = Stripe.PaymentIntent & {
  _session?: string
  /** The test card that waits for its 3-D Secure answer. */
  _card?: string
  _return_url?: string
}

export type StoredTransaction = Stripe.BalanceTransaction & { id: string }

/** Everything that is kept, by its `object` name. */
export interface Kinds {
  'checkout.session': StoredSession
  customer: Stripe.Customer | Stripe.DeletedCustomer
  product: Stripe.Product
  price: WirePrice
  payment_intent: StoredPaymentIntent
  payment_method: Stripe.PaymentMethod
  charge: Stripe.Charge
  balance_transaction: StoredTransaction
  event: Stripe.EventBase
  payout: Stripe.Payout
  refund: Stripe.Refund
}

export type Kind = keyof Kinds
export type Stored = Kinds[Kind]
