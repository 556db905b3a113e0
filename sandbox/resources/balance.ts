import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { type Route, route } from '#sandbox/router.ts'
import { balanceByCurrency } from '#sandbox/transactions.ts'

const NOUN = 'balance transaction'

export const balanceRoutes: readonly Route[] = [
  route('GET', '/v1/balance', 'balance.retrieve', (sandbox) => currentBalance(sandbox)),
  route('GET', '/v1/balance_transactions', 'balance_transactions.list', listTransactions),
  route('GET', '/v1/balance_transactions/:id', 'balance_transactions.retrieve', (sandbox, _params, id) =>
    mustGet(sandbox, 'balance_transaction', id, NOUN),
  ),
]

/** What is available and what is pending, in minor units by currency; always with the account's own currency. */
export function currentBalance(sandbox: Sandbox): Stripe.Balance {
  const rows = balanceByCurrency(sandbox)
  const sums = rows.length > 0 ? rows : [{ currency: 'usd', available: 0, pending: 0 }]
  const part = (currency: string, amount: number) => ({ amount, currency, source_types: { card: amount } })
  return {
    object: 'balance',
    available: sums.map((sum) => part(sum.currency, sum.available)),
    livemode: false,
    pending: sums.map((sum) => part(sum.currency, sum.pending)),
  }
}

function listTransactions(sandbox: Sandbox, params: Stripe.BalanceTransactionListParams): object {
  if (params.payout !== undefined && !sandbox.store.get('payout', params.payout)) {
    throw invalidRequest(`No such payout: '${params.payout}'`, { code: 'resource_missing', param: 'payout' })
  }
  const query = {
    kind: 'balance_transaction' as const,
    created: createdRange(params.created),
    equals: { '$.type': params.type, '$.source': params.source, '$.currency': params.currency?.toLowerCase() },
    also: params.payout === undefined ? undefined : payoutCondition(params.payout),
  }
  return listPage(sandbox, '/v1/balance_transactions', params, query, NOUN)
}

function payoutCondition(payout: string): [string, string] {
  return ['id IN (SELECT id FROM txn WHERE payout = ?)', payout]
}
