import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { type Route, route } from '#sandbox/router.ts'

const URL = '/v1/radar/early_fraud_warnings'
const NOUN = 'early_fraud_warning'

export const earlyFraudWarningRoutes: readonly Route[] = [
  route('GET', URL, 'early_fraud_warnings.list', (sandbox, params) =>
    listPage(
      sandbox,
      URL,
      params,
      {
        kind: 'radar.early_fraud_warning',
        created: createdRange(params.created),
        equals: { '$.charge': params.charge, '$.payment_intent': params.payment_intent },
      },
      NOUN,
    ),
  ),
  route('GET', `${URL}/:id`, 'early_fraud_warnings.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'radar.early_fraud_warning', id, NOUN),
  ),
]

/** A bank's word that a payment looks stolen, before any dispute; it moves nothing. */
export function warnOfFraud(sandbox: Sandbox, chargeId: string): Stripe.Radar.EarlyFraudWarning {
  const charge = mustGet(sandbox, 'charge', chargeId, 'charge')
  const warning: Stripe.Radar.EarlyFraudWarning = {
    id: sandbox.ids.next('early_fraud_warning'),
    object: 'radar.early_fraud_warning',
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: sandbox.clock.now(),
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    ...(charge.payment_intent !== null && { payment_intent: charge.payment_intent }),
  }
  sandbox.store.put(warning)
  emit(sandbox, 'radar.early_fraud_warning.created', warning)
  return warning
}
