import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { parseCurrency } from '#sandbox/currency.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import { addPayout, cancelPayout, reversePayout } from '#sandbox/payout-flow.ts'
import { type Route, route } from '#sandbox/router.ts'
import { balanceByCurrency } from '#sandbox/transactions.ts'

const URL = '/v1/payouts'
const DESCRIPTOR_MAX = 22

export const payoutRoutes: readonly Route[] = [
  route('POST', URL, 'payouts.create', createManualPayout),
  route('GET', URL, 'payouts.list', listPayouts),
  route('GET', `${URL}/:id`, 'payouts.retrieve', (sandbox, _params, id) => mustGet(sandbox, 'payout', id, 'payout')),
  route('POST', `${URL}/:id`, 'payouts.update', (sandbox, params, id) => {
    const payout = mustGet(sandbox, 'payout', id, 'payout')
    const previous = { metadata: payout.metadata }
    payout.metadata = mergeMetadata(payout.metadata ?? {}, params.metadata)
    sandbox.store.put(payout)
    emit(sandbox, 'payout.updated', payout, previous)
    return payout
  }),
  route('POST', `${URL}/:id/cancel`, 'payouts.cancel', (sandbox, _params, id) => cancelPayout(sandbox, id)),
  route('POST', `${URL}/:id/reverse`, 'payouts.reverse', (sandbox, params, id) =>
    reversePayout(sandbox, id, mergeMetadata({}, params.metadata)),
  ),
]

function listPayouts(sandbox: Sandbox, params: Stripe.PayoutListParams): object {
  const arrival = createdRange(params.arrival_date)
  const conditions: string[] = []
  const values: number[] = []
  for (const [name, sign] of [
    ['gt', '>'],
    ['gte', '>='],
    ['lt', '<'],
    ['lte', '<='],
  ] as const) {
    const value = arrival?.[name]
    if (value === undefined) continue
    conditions.push(`json_extract(json, '$.arrival_date') ${sign} ?`)
    values.push(value)
  }
  const query = {
    kind: 'payout' as const,
    created: createdRange(params.created),
    equals: { '$.status': params.status, '$.destination': params.destination },
    also: conditions.length === 0 ? undefined : ([conditions.join(' AND '), ...values] as [string, ...number[]]),
  }
  return listPage(sandbox, URL, params, query, 'payout')
}

function createManualPayout(sandbox: Sandbox, params: Stripe.PayoutCreateParams): Stripe.Payout {
  const currency = parseCurrency(params.currency)
  if (params.amount < 1) {
    throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
  }
  if ((params.statement_descriptor?.length ?? 0) > DESCRIPTOR_MAX) {
    throw invalidRequest(`Invalid string: at most ${DESCRIPTOR_MAX} characters`, { param: 'statement_descriptor' })
  }
  const available = balanceByCurrency(sandbox).find((sum) => sum.currency === currency)?.available ?? 0
  if (params.amount > available) {
    const message = 'You have insufficient funds in your Stripe account for this transfer.'
    throw invalidRequest(message, { code: 'balance_insufficient', param: 'amount' })
  }
  return addPayout(sandbox, {
    amount: params.amount,
    currency,
    automatic: false,
    description: params.description ?? null,
    statementDescriptor: params.statement_descriptor ?? null,
    metadata: mergeMetadata({}, params.metadata),
  })
}
