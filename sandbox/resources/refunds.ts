import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { invalidRequest, resourceMissing } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import { addRefund, cancelRefund, failRefund } from '#sandbox/refund-flow.ts'
import { takePlannedRefund } from '#sandbox/refund-plan.ts'
import { type Route, route } from '#sandbox/router.ts'

const URL = '/v1/refunds'

export const refundRoutes: readonly Route[] = [
  route('POST', URL, 'refunds.create', (sandbox, params) =>
    addRefund(sandbox, {
      charge: refundableCharge(sandbox, params.charge, params.payment_intent),
      amount: params.amount,
      reason: params.reason ?? null,
      metadata: mergeMetadata({}, params.metadata),
      outcome: takePlannedRefund(sandbox),
      instructionsEmail: params.instructions_email,
    }),
  ),
  route('GET', URL, 'refunds.list', (sandbox, params) =>
    listPage(
      sandbox,
      URL,
      params,
      {
        kind: 'refund',
        created: createdRange(params.created),
        equals: { '$.charge': params.charge, '$.payment_intent': params.payment_intent },
      },
      'refund',
    ),
  ),
  route('GET', `${URL}/:id`, 'refunds.retrieve', (sandbox, _params, id) => mustGet(sandbox, 'refund', id, 'refund')),
  route('POST', `${URL}/:id`, 'refunds.update', (sandbox, params, id) => {
    const refund = mustGet(sandbox, 'refund', id, 'refund')
    const previous = { metadata: refund.metadata }
    refund.metadata = mergeMetadata(refund.metadata ?? {}, params.metadata)
    sandbox.store.put(refund)
    emit(sandbox, 'refund.updated', refund, previous)
    emit(sandbox, 'charge.refund.updated', refund, previous)
    return refund
  }),
  route('POST', `${URL}/:id/cancel`, 'refunds.cancel', (sandbox, _params, id) => {
    const refund = waitingRefund(sandbox, id, 'canceled')
    return cancelRefund(sandbox, refund)
  }),
  route('POST', '/v1/test_helpers/refunds/:id/expire', 'refunds.expire', (sandbox, _params, id) =>
    failRefund(sandbox, waitingRefund(sandbox, id, 'expired').id, 'unknown'),
  ),
]

/** The succeeded charge named by exactly one of the two ids. */
export function refundableCharge(
  sandbox: Sandbox,
  chargeId: string | undefined,
  intentId: string | undefined,
): Stripe.Charge {
  if ((chargeId === undefined) === (intentId === undefined)) {
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.')
  }
  const charge =
    chargeId === undefined
      ? chargeOfIntent(sandbox, intentId ?? '')
      : mustGet(sandbox, 'charge', chargeId, 'charge', 'charge')
  if (charge.status === 'succeeded') return charge
  throw invalidRequest(`This charge has not been captured: ${charge.id}`, { code: 'charge_not_refundable' })
}

function chargeOfIntent(sandbox: Sandbox, id: string): Stripe.Charge {
  const intent = mustGet(sandbox, 'payment_intent', id, 'payment_intent', 'payment_intent')
  const charge = sandbox.store.get('charge', String(intent.latest_charge))
  if (charge) return charge
  throw resourceMissing('charge', `for ${id}`, 'payment_intent')
}

function waitingRefund(sandbox: Sandbox, id: string, verb: string): Stripe.Refund {
  const refund = mustGet(sandbox, 'refund', id, 'refund')
  if (refund.status === 'requires_action') return refund
  throw invalidRequest(`Refunds with status ${refund.status} cannot be ${verb}.`)
}
