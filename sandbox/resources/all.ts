import type { Route } from '#sandbox/router.ts'
import { balanceRoutes } from './balance.ts'
import { chargeRoutes } from './charges.ts'
import { checkoutSessionRoutes } from './checkout-sessions.ts'
import { customerRoutes } from './customers.ts'
import { disputeRoutes } from './disputes.ts'
import { earlyFraudWarningRoutes } from './early-fraud-warnings.ts'
import { eventRoutes } from './events.ts'
import { invoicePaymentRoutes } from './invoice-payments.ts'
import { invoiceRoutes } from './invoices.ts'
import { newCardRoutes } from './new-cards.ts'
import { paymentIntentRoutes } from './payment-intents.ts'
import { paymentMethodRoutes } from './payment-methods.ts'
import { payoutRoutes } from './payouts.ts'
import { portalConfigurationRoutes } from './portal-configurations.ts'
import { portalSessionRoutes } from './portal-sessions.ts'
import { priceRoutes } from './prices.ts'
import { productRoutes } from './products.ts'
import { refundRoutes } from './refunds.ts'
import { setupIntentRoutes } from './setup-intents.ts'
import { subscriptionItemRoutes } from './subscription-items.ts'
import { subscriptionRoutes } from './subscriptions.ts'

/** Everything the API serves; a new resource is a file beside this one and a line here. */
export const routes: readonly Route[] = [
  ...checkoutSessionRoutes,
  ...customerRoutes,
  ...newCardRoutes,
  ...productRoutes,
  ...priceRoutes,
  ...paymentMethodRoutes,
  ...paymentIntentRoutes,
  ...setupIntentRoutes,
  ...subscriptionRoutes,
  ...subscriptionItemRoutes,
  ...invoiceRoutes,
  ...invoicePaymentRoutes,
  ...portalSessionRoutes,
  ...portalConfigurationRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...disputeRoutes,
  ...earlyFraudWarningRoutes,
  ...balanceRoutes,
  ...payoutRoutes,
  ...eventRoutes,
]
