import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { formatAmount } from '#sandbox/currency.ts'
import { invalidRequest, resourceMissing } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import { settleCharge } from '#sandbox/payments.ts'
import { type Route, route } from '#sandbox/router.ts'
import { addTransaction } from '#sandbox/transactions.ts'

const URL = '/v1/refunds'

export const refundRoutes: readonly Route[] = [
  route('POST', URL, 'refunds.create', createRefund),
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
    return refund
  }),
]

/** Refunds succeed at once and Stripe keeps its fee, so the balance loses the whole amount. */
function createRefund(sandbox: Sandbox, params: Stripe.RefundCreateParams): Stripe.Refund {
  const charge = refundableCharge(sandbox, params)
  const left = charge.amount - charge.amount_refunded
  if (left === 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  }
  const amount = params.amount ?? left
  if (amount < 1)
    throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
  if (amount > left) {
    const message = `Refund amount (${formatAmount(amount, charge.currency)}) is greater than unrefunded amount on charge (${formatAmount(left, charge.currency)})`
    throw invalidRequest(message, { param: 'amount' })
  }
  settleCharge(sandbox, charge.id)
  const refund = buildRefund(sandbox, charge, amount, params)
  const now = sandbox.clock.now()
  const transaction = addTransaction(sandbox, {
    amount: -amount,
    currency: charge.currency,
    type: 'refund',
    reportingCategory: 'refund',
    source: refund.id,
    description: charge.description === null ? null : `REFUND FOR CHARGE (${charge.description})`,
    created: now,
    availableOn: now,
  })
  refund.balance_transaction = transaction.id
  sandbox.store.put(refund)
  emit(sandbox, 'refund.created', refund)
  recordOnCharge(sandbox, charge.id, amount)
  return refund
}

function refundableCharge(sandbox: Sandbox, params: Stripe.RefundCreateParams): Stripe.Charge {
  if ((params.charge === undefined) === (params.payment_intent === undefined)) {
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.')
  }
  const charge =
    params.charge === undefined
      ? chargeOfIntent(sandbox, params.payment_intent ?? '')
      : mustGet(sandbox, 'charge', params.charge, 'charge', 'charge')
  if (charge.status === 'succeeded') return charge
  throw invalidRequest(`This charge has not been captured: ${charge.id}`, { code: 'charge_not_refundable' })
}

function chargeOfIntent(sandbox: Sandbox, id: string): Stripe.Charge {
  const intent = mustGet(sandbox, 'payment_intent', id, 'payment_intent', 'payment_intent')
  const charge = sandbox.store.get('charge', String(intent.latest_charge))
  if (charge) return charge
  throw resourceMissing('charge', `for ${id}`, 'payment_intent')
}

function recordOnCharge(sandbox: Sandbox, id: string, amount: number): void {
  const charge = mustGet(sandbox, 'charge', id, 'charge')
  const previous = { amount_refunded: charge.amount_refunded, refunded: charge.refunded }
  charge.amount_refunded += amount
  charge.refunded = charge.amount_refunded === charge.amount
  sandbox.store.put(charge)
  emit(sandbox, 'charge.refunded', charge, previous)
}

function buildRefund(
  sandbox: Sandbox,
  charge: Stripe.Charge,
  amount: number,
  params: Stripe.RefundCreateParams,
): Stripe.Refund {
  return {
    id: sandbox.ids.next('refund'),
    object: 'refund',
    amount,
    balance_transaction: null,
    charge: charge.id,
    created: sandbox.clock.now(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: { card: { type: 'refund' }, type: 'card' },
    metadata: mergeMetadata({}, params.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: params.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  }
}
