import type Stripe from 'stripe'
import type { Sandbox } from './context.ts'
import { feeFor } from './currency.ts'
import type { StoredTransaction } from './objects.ts'

interface NewTransaction {
  /** Signed, in minor units: positive adds to the balance. */
  amount: number
  currency: string
  type: Stripe.BalanceTransaction.Type
  reportingCategory: string
  source: string
  description: string | null
  created: number
  availableOn: number
  fee?: number
}

/** The only way money enters or leaves the sandbox's balance. */
export function addTransaction(sandbox: Sandbox, input: NewTransaction): StoredTransaction {
  const fee = input.fee ?? 0
  const transaction: StoredTransaction = {
    id: sandbox.ids.next('balance_transaction'),
    object: 'balance_transaction',
    amount: input.amount,
    available_on: input.availableOn,
    balance_type: 'payments',
    created: input.created,
    currency: input.currency,
    description: input.description,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [stripeFee(fee, input.currency)],
    net: input.amount - fee,
    reporting_category: input.reportingCategory,
    source: input.source,
    // Recomputed from `available_on` whenever it is shown.
    status: 'pending',
    type: input.type,
  }
  sandbox.store.put(transaction)
  const announced = input.availableOn <= sandbox.clock.now() ? 1 : 0
  const sql = 'INSERT INTO txn (id, currency, net, available_on, announced) VALUES (?, ?, ?, ?, ?)'
  sandbox.store.run(sql, transaction.id, transaction.currency, transaction.net, transaction.available_on, announced)
  return transaction
}

/** The transaction of a successful charge, with Stripe's fee taken off. */
export function addChargeTransaction(sandbox: Sandbox, charge: Stripe.Charge, availableOn: number): StoredTransaction {
  return addTransaction(sandbox, {
    amount: charge.amount,
    currency: charge.currency,
    type: 'charge',
    reportingCategory: 'charge',
    source: charge.id,
    description: charge.description,
    created: charge.created,
    availableOn,
    fee: feeFor(charge.amount, charge.currency),
  })
}

/** Net sums by currency, split at what is available now. */
export function balanceByCurrency(sandbox: Sandbox): { currency: string; available: number; pending: number }[] {
  const now = sandbox.clock.now()
  return sandbox.store.rows(
    `SELECT currency, sum(CASE WHEN available_on <= ? THEN net ELSE 0 END) AS available,
            sum(CASE WHEN available_on > ? THEN net ELSE 0 END) AS pending
     FROM txn GROUP BY currency ORDER BY currency`,
    now,
    now,
  )
}

function stripeFee(amount: number, currency: string): Stripe.BalanceTransaction.FeeDetail {
  return { amount, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' }
}
