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
  'payment_methods.create': Stripe.PaymentMethodCreateParams
  'payment_pages.retrieve': NoParams
  'payment_pages.confirm': { payment_method: string; expected_amount?: number; expand?: string[] }
  'payment_methods.retrieve': Stripe.PaymentMethodRetrieveParams
  'payment_methods.list': Stripe.PaymentMethodListParams
  'payment_methods.update': Stripe.PaymentMethodUpdateParams
  'payment_methods.attach': Stripe.PaymentMethodAttachParams
  'payment_methods.detach': Stripe.PaymentMethodDetachParams
  'customers.listPaymentMethods': Stripe.CustomerListPaymentMethodsParams
  'setup_intents.retrieve': Stripe.SetupIntentRetrieveParams
  'setup_intents.list': Stripe.SetupIntentListParams
  'subscriptions.create': Stripe.SubscriptionCreateParams
  'subscriptions.retrieve': Stripe.SubscriptionRetrieveParams
  'subscriptions.list': Stripe.SubscriptionListParams
  'subscriptions.update': Stripe.SubscriptionUpdateParams
  'subscriptions.cancel': Stripe.SubscriptionCancelParams
  'subscriptions.pause': Stripe.SubscriptionPauseParams
  'subscriptions.resume': Stripe.SubscriptionResumeParams
  'subscription_items.retrieve': Stripe.SubscriptionItemRetrieveParams
  'subscription_items.list': Stripe.SubscriptionItemListParams
  'invoices.retrieve': Stripe.InvoiceRetrieveParams
  'invoices.list': Stripe.InvoiceListParams
  'invoices.update': Stripe.InvoiceUpdateParams
  'invoices.finalizeInvoice': Stripe.InvoiceFinalizeInvoiceParams
  'invoices.pay': Stripe.InvoicePayParams
  'invoices.voidInvoice': Stripe.InvoiceVoidInvoiceParams
  'invoices.markUncollectible': Stripe.InvoiceMarkUncollectibleParams
  'invoices.listLineItems': Stripe.InvoiceListLineItemsParams
  'invoice_payments.retrieve': Stripe.InvoicePaymentRetrieveParams
  'invoice_payments.list': Stripe.InvoicePaymentListParams
  'billing_portal.sessions.create': Stripe.BillingPortal.SessionCreateParams
  'billing_portal.configurations.create': Stripe.BillingPortal.ConfigurationCreateParams
  'billing_portal.configurations.retrieve': Stripe.BillingPortal.ConfigurationRetrieveParams
  'billing_portal.configurations.update': Stripe.BillingPortal.ConfigurationUpdateParams
  'billing_portal.configurations.list': Stripe.BillingPortal.ConfigurationListParams
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
  'events.retry': { account?: string; webhook_endpoint?: string; for_stripecli?: boolean; expand?: string[] }
  'events.list': Stripe.EventListParams
  'payouts.create': Stripe.PayoutCreateParams
  'payouts.retrieve': Stripe.PayoutRetrieveParams
  'payouts.update': Stripe.PayoutUpdateParams
  'payouts.list': Stripe.PayoutListParams
  'payouts.cancel': Stripe.PayoutCancelParams
  'payouts.reverse': Stripe.PayoutReverseParams
  'refunds.create': Stripe.RefundCreateParams
  'refunds.retrieve': Stripe.RefundRetrieveParams
  'refunds.update': Stripe.RefundUpdateParams
  'refunds.list': Stripe.RefundListParams
  'refunds.cancel': Stripe.RefundCancelParams
  'refunds.expire': NoParams
  'disputes.retrieve': Stripe.DisputeRetrieveParams
  'disputes.update': Stripe.DisputeUpdateParams
  'disputes.list': Stripe.DisputeListParams
  'disputes.close': Stripe.DisputeCloseParams
  'early_fraud_warnings.retrieve': Stripe.Radar.EarlyFraudWarningRetrieveParams
  'early_fraud_warnings.list': Stripe.Radar.EarlyFraudWarningListParams
}

export type Operation = keyof RequestParams
