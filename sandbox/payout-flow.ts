import type Stripe from 'stripe'
import type { Sandbox } from './context.ts'
import { invalidRequest } from './errors.ts'
import { emit } from './events.ts'
import { mustGet } from './lists.ts'
import { buildPayout, type PayoutParts } from './resources/payout-shape.ts'
import { schedule } from './schedule.ts'
import { addReturn, addTransaction, balanceByCurrency } from './transactions.ts'

const FAILURE_MESSAGES = {
  account_closed: 'The bank account has been closed.',
  account_frozen: 'The bank account has been frozen.',
  bank_account_restricted: 'The bank account has restrictions on either the type, or the number, of payouts allowed.',
  bank_ownership_changed: 'The destination bank account is no longer valid because its branch has changed ownership.',
  could_not_process: 'The bank could not process this payout.',
  debit_not_authorized: 'Debit transactions are not approved on the bank account.',
  declined: 'The bank has declined this transfer. Please contact the bank before retrying.',
  incorrect_account_holder_name: 'Your bank notified us that the bank account holder name on file is incorrect.',
  insufficient_funds: 'Your Stripe account has insufficient funds to cover the payout.',
  invalid_account_number: 'The routing number seems correct, but the account number is invalid.',
  invalid_currency: 'The bank was unable to process this payout because of its currency.',
  no_account: 'The bank account details on file are probably incorrect. No bank account could be located with them.',
} as const

export type PayoutFailure = keyof typeof FAILURE_MESSAGES
export const PAYOUT_FAILURES = Object.keys(FAILURE_MESSAGES) as [PayoutFailure, ...PayoutFailure[]]

const PAST_TENSE: Record<string, string> = { pending: 'pending', in_transit: 'in transit' }

/**
 * Pays out everything available, one automatic payout for each currency with a positive balance (or only `currency`);
 * where the account lets Stripe debit its bank, a negative balance is a negative payout. The transactions it takes are
 * listed by `balance_transactions?payout=`; their nets without its own add up to its amount.
 */
export function runAutomaticPayouts(sandbox: Sandbox, currency?: string): Stripe.Payout[] {
  const { debitNegativeBalances } = sandbox.settings
  const ready = balanceByCurrency(sandbox).filter((sum) =>
    debitNegativeBalances ? sum.available !== 0 : sum.available > 0,
  )
  const chosen = currency === undefined ? ready : ready.filter((sum) => sum.currency === currency.toLowerCase())
  return chosen.map((sum) => {
    const payout = addPayout(sandbox, { amount: sum.available, currency: sum.currency, automatic: true })
    const sql = 'UPDATE txn SET payout = ? WHERE payout IS NULL AND currency = ? AND available_on <= ?'
    sandbox.store.run(sql, payout.id, sum.currency, sandbox.clock.now())
    return payout
  })
}

/** Makes a payout and takes its money out of the balance; it goes to the bank after the pending time. */
export function addPayout(sandbox: Sandbox, input: Omit<PayoutParts, 'arrival' | 'isPending'>): Stripe.Payout {
  const now = sandbox.clock.now()
  const { payoutPendingSeconds, payoutArrivalSeconds } = sandbox.settings
  const sentAt = now + payoutPendingSeconds
  const arrival = sentAt + payoutArrivalSeconds
  const payout = buildPayout(sandbox, { ...input, arrival, isPending: payoutPendingSeconds > 0 })
  const isReversal = input.originalPayout !== undefined
  const transaction = addTransaction(sandbox, {
    amount: -input.amount,
    currency: input.currency,
    type: 'payout',
    reportingCategory: isReversal ? 'payout_reversal' : 'payout',
    source: payout.id,
    description: payout.description,
    created: now,
    availableOn: now,
  })
  payout.balance_transaction = transaction.id
  sandbox.store.put(payout)
  emit(sandbox, 'payout.created', payout)
  if (payoutPendingSeconds > 0) schedule(sandbox, sentAt, 'send-payout', payout.id)
  schedule(sandbox, arrival, 'pay-payout', payout.id)
  return payout
}

/** The bank has the order; from now on it cannot be canceled. */
export function sendPayout(sandbox: Sandbox, id: string): void {
  const payout = sandbox.store.get('payout', id)
  if (payout?.status !== 'pending') return
  payout.status = 'in_transit'
  sandbox.store.put(payout)
  emit(sandbox, 'payout.updated', payout, { status: 'pending' })
}

/** The money arrives: `payout.paid`, and for an automatic one `payout.reconciliation_completed`. */
export function arrivePayout(sandbox: Sandbox, id: string): void {
  const payout = sandbox.store.get('payout', id)
  if (payout?.status !== 'in_transit') return
  payout.status = 'paid'
  payout.trace_id = { status: 'supported', value: traceOf(payout) }
  sandbox.store.put(payout)
  emit(sandbox, 'payout.paid', payout)
  completeReconciliation(sandbox, payout)
}

/** The bank sends the money back, also days after it seemed paid; a `payout_failure` returns it to the balance. */
export function failPayout(sandbox: Sandbox, id: string, code: PayoutFailure): Stripe.Payout {
  const payout = inState(sandbox, id, ['pending', 'in_transit', 'paid'], 'failed')
  payout.failure_code = code
  payout.failure_message = FAILURE_MESSAGES[code]
  returnMoney(sandbox, payout, 'failed')
  emit(sandbox, 'payout.failed', payout)
  completeReconciliation(sandbox, payout)
  return payout
}

/** Takes back a manual payout that the bank does not have yet. */
export function cancelPayout(sandbox: Sandbox, id: string): Stripe.Payout {
  const payout = inState(sandbox, id, ['pending'], 'canceled')
  if (payout.automatic) throw invalidRequest('Automatic payouts cannot be canceled.')
  returnMoney(sandbox, payout, 'canceled')
  emit(sandbox, 'payout.canceled', payout)
  return payout
}

/** Debits the bank account for a paid payout: another payout with the opposite amount. */
export function reversePayout(sandbox: Sandbox, id: string, metadata: Record<string, string>): Stripe.Payout {
  const original = inState(sandbox, id, ['paid'], 'reversed')
  if (original.reversed_by !== null || original.original_payout !== null) {
    throw invalidRequest(`Payout ${id} has already been reversed.`)
  }
  const reversal = addPayout(sandbox, {
    amount: -original.amount,
    currency: original.currency,
    automatic: false,
    description: `Reversal of ${id}`,
    metadata,
    originalPayout: id,
  })
  original.reversed_by = reversal.id
  sandbox.store.put(original)
  emit(sandbox, 'payout.updated', original, { reversed_by: null })
  return reversal
}

function returnMoney(sandbox: Sandbox, payout: Stripe.Payout, status: 'failed' | 'canceled'): void {
  const taken = mustGet(sandbox, 'balance_transaction', String(payout.balance_transaction), 'balance transaction')
  payout.status = status
  payout.trace_id = { status: 'unsupported', value: null }
  payout.failure_balance_transaction = addReturn(sandbox, taken, {
    type: status === 'failed' ? 'payout_failure' : 'payout_cancel',
    reportingCategory: 'payout_reversal',
    source: payout.id,
    description: status === 'failed' ? 'STRIPE PAYOUT FAILURE' : 'STRIPE PAYOUT CANCEL',
  }).id
  sandbox.store.put(payout)
}

// From here on its transactions can be listed; a payout that failed first still took the same ones.
function completeReconciliation(sandbox: Sandbox, payout: Stripe.Payout): void {
  if (payout.reconciliation_status !== 'in_progress') return
  payout.reconciliation_status = 'completed'
  sandbox.store.put(payout)
  emit(sandbox, 'payout.reconciliation_completed', payout)
}

function inState(sandbox: Sandbox, id: string, states: readonly string[], verb: string): Stripe.Payout {
  const payout = mustGet(sandbox, 'payout', id, 'payout')
  if (states.includes(payout.status)) return payout
  const status = PAST_TENSE[payout.status] ?? payout.status
  throw invalidRequest(`Payouts that are ${status} cannot be ${verb}.`)
}

// What a bank prints beside the amount: digits, repeatable for the id.
function traceOf(payout: Stripe.Payout): string {
  const digits = [...payout.id.slice(-15)].map((character) => character.charCodeAt(0) % 10)
  return digits.join('')
}
