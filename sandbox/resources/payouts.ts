import type Stripe from 'stripe'
import type { Sandbox } from '#sandbox/context.ts'
import { parseCurrency } from '#sandbox/currency.ts'
import { invalidRequest } from '#sandbox/errors.ts'
import { emit } from '#sandbox/events.ts'
import { createdRange, listPage, mustGet } from '#sandbox/lists.ts'
import { mergeMetadata } from '#sandbox/metadata.ts'
import { type Route, route } from '#sandbox/router.ts'
import { schedule } from '#sandbox/schedule.ts'
import { addTransaction, balanceByCurrency } from '#sandbox/transactions.ts'

const URL = '/v1/payouts'

export const payoutRoutes: readonly Route[] = [
  route('POST', URL, 'payouts.create', createManualPayout),
  route('GET', URL, 'payouts.list', (sandbox, params) =>
    listPage(
      sandbox,
      URL,
      params,
      { kind: 'payout', created: createdRange(params.created), equals: { '$.status': params.status } },
      'payout',
    ),
  ),
  route('GET', `${URL}/:id`, 'payouts.retrieve', (sandbox, _params, id) => mustGet(sandbox, 'payout', id, 'payout')),
  route('POST', `${URL}/:id`, 'payouts.update', (sandbox, params, id) => {
    const payout = mustGet(sandbox, 'payout', id, 'payout')
    payout.metadata = mergeMetadata(payout.metadata ?? {}, params.metadata)
    return sandbox.store.put(payout)
  }),
]

/**
 * Pays out everything available, one automatic payout for each currency with a positive balance (or only `currency`).
 * The transactions it takes are listed by `balance_transactions?payout=`; their nets add up to its amount.
 */
export function runAutomaticPayouts(sandbox: Sandbox, currency?: string): Stripe.Payout[] {
  const ready = balanceByCurrency(sandbox).filter((sum) => sum.available > 0)
  const chosen = currency === undefined ? ready : ready.filter((sum) => sum.currency === currency.toLowerCase())
  return chosen.map((sum) => {
    const payout = addPayout(sandbox, { amount: sum.available, currency: sum.currency, automatic: true })
    const sql = 'UPDATE txn SET payout = ? WHERE payout IS NULL AND currency = ? AND available_on <= ?'
    sandbox.store.run(sql, payout.id, sum.currency, sandbox.clock.now())
    return payout
  })
}

/** The money arrives: `payout.paid`, and for an automatic one `payout.reconciliation_completed`. */
export function arrivePayout(sandbox: Sandbox, id: string): void {
  const payout = sandbox.store.get('payout', id)
  if (payout?.status !== 'in_transit') return
  payout.status = 'paid'
  sandbox.store.put(payout)
  emit(sandbox, 'payout.paid', payout)
  if (!payout.automatic) return
  payout.reconciliation_status = 'completed'
  sandbox.store.put(payout)
  emit(sandbox, 'payout.reconciliation_completed', payout)
}

function createManualPayout(sandbox: Sandbox, params: Stripe.PayoutCreateParams): Stripe.Payout {
  const currency = parseCurrency(params.currency)
  if (params.amount < 1) {
    throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
  }
  const available = balanceByCurrency(sandbox).find((sum) => sum.currency === currency)?.available ?? 0
  if (params.amount > available) {
    const message = 'You have insufficient funds in your Stripe account for this transfer.'
    throw invalidRequest(message, { code: 'balance_insufficient', param: 'amount' })
  }
  const description = params.description ?? null
  const metadata = mergeMetadata({}, params.metadata)
  return addPayout(sandbox, { amount: params.amount, currency, automatic: false, description, metadata })
}

interface NewPayout {
  amount: number
  currency: string
  automatic: boolean
  description?: string | null
  metadata?: Record<string, string>
}

function addPayout(sandbox: Sandbox, input: NewPayout): Stripe.Payout {
  const now = sandbox.clock.now()
  const arrival = now + sandbox.settings.payoutArrivalSeconds
  const payout = buildPayout(sandbox, input, now, arrival)
  const transaction = addTransaction(sandbox, {
    amount: -input.amount,
    currency: input.currency,
    type: 'payout',
    reportingCategory: 'payout',
    source: payout.id,
    description: payout.description,
    created: now,
    availableOn: now,
  })
  payout.balance_transaction = transaction.id
  sandbox.store.put(payout)
  emit(sandbox, 'payout.created', payout)
  schedule(sandbox, arrival, 'pay-payout', payout.id)
  return payout
}

function buildPayout(sandbox: Sandbox, input: NewPayout, created: number, arrival: number): Stripe.Payout {
  return {
    id: sandbox.ids.next('payout'),
    object: 'payout',
    amount: input.amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: arrival,
    automatic: input.automatic,
    balance_transaction: null,
    created,
    currency: input.currency,
    description: input.description ?? (input.automatic ? 'STRIPE PAYOUT' : null),
    destination: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: input.metadata ?? {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: input.automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'in_transit',
    trace_id: null,
    type: 'bank_account',
  }
}
