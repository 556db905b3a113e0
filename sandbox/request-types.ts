import type Stripe from 'stripe'

type NoParams = { expand?: string[] }

/**
 * What each operation takes, named from the pinned SDK. One entry does two jobs: it types the handler, and
 * `generate-schemas.ts` turns it into the JSON schema the request is checked against, so the two cannot drift apart.
 */
export interface RequestParams {
  'checkout.sessions.create': Stripe.Checkout.SessionCreateParams
  'checkout.sessions.retrieve': Stripe.Checkout.SessionRetrieveParams
  'checkout.sessions.update': Stripe.Checkout.SessionUpdateParams
  'checkout.sessions.list': Stripe.Checkout.SessionListParams
  'checkout.sessions.expire': Stripe.Checkout.SessionExpireParams
  'checkout.sessions.listLineItems': Stripe.Checkout.SessionListLineItemsParams
  'customers.create': Stripe.CustomerCreateParams
  'customers.retrieve': Stripe.CustomerRetrieveParams
  'customers.update': Stripe.CustomerUpdateParams
  'customers.list': Stripe.CustomerListParams
  'customers.del': NoParams
  'products.create': Stripe.ProductCreateParams
  'products.retrieve': Stripe.ProductRetrieveParams
  'products.list': Stripe.ProductListParams
  'prices.create': Stripe.PriceCreateParams
  'prices.retrieve': Stripe.PriceRetrieveParams
  'prices.list': Stripe.PriceListParams
  'payment_methods.retrieve': Stripe.PaymentMethodRetrieveParams
  'payment_intents.create': Stripe.PaymentIntentCreateParams
  'payment_intents.retrieve': Stripe.PaymentIntentRetrieveParams
  'payment_intents.update': Stripe.PaymentIntentUpdateParams
  'payment_intents.list': Stripe.PaymentIntentListParams
  'payment_intents.confirm': Stripe.PaymentIntentConfirmParams
  'payment_intents.cancel': Stripe.PaymentIntentCancelParams
  'charges.retrieve': Stripe.ChargeRetrieveParams
  'charges.update': Stripe.ChargeUpdateParams
  'charges.list': Stripe.ChargeListParams
  'balance.retrieve': Stripe.BalanceRetrieveParams
  'balance_transactions.retrieve': Stripe.BalanceTransactionRetrieveParams
  'balance_transactions.list': Stripe.BalanceTransactionListParams
  'events.retrieve': Stripe.EventRetrieveParams
  'events.list': Stripe.EventListParams
  'payouts.create': Stripe.PayoutCreateParams
  'payouts.retrieve': Stripe.PayoutRetrieveParams
  'payouts.update': Stripe.PayoutUpdateParams
  'payouts.list': Stripe.PayoutListParams
  'refunds.create': Stripe.RefundCreateParams
  'refunds.retrieve': Stripe.RefundRetrieveParams
  'refunds.update': Stripe.RefundUpdateParams
  'refunds.list': Stripe.RefundListParams
}

export type Operation = keyof RequestParams
