import type Stripe from 'stripe'
import type { Sandbox } from './context.ts'
import { feeFor } from './currency.ts'
import { type Settled, settle } from './exchange.ts'
import type { StoredTransaction } from './objects.ts'

interface NewTransaction {
  /** Signed, in minor units of a currency the account holds: positive adds to the balance. */
  amount: number
  currency: string
  exchangeRate?: number | null
  type: Stripe.BalanceTransaction.Type
  reportingCategory: string
  /** Null for what Stripe charges the account itself. */
  source: string | null
  description: string | null
  created: number
  availableOn: number
  /** In the same currency; negative where Stripe gives a fee back. */
  fees?: { amount: number; description: string }[]
}

/** The only way money enters or leaves the sandbox's balance. */
export function addTransaction(sandbox: Sandbox, input: NewTransaction): StoredTransaction {
  const details = (input.fees ?? []).filter((fee) => fee.amount !== 0)
  const fee = details.reduce((sum, detail) => sum + detail.amount, 0)
  const transaction: StoredTransaction = {
    id: sandbox.ids.next('balance_transaction'),
    object: 'balance_transaction',
    amount: input.amount,
    available_on: input.availableOn,
    balance_type: 'payments',
    created: input.created,
    currency: input.currency,
    description: input.description,
    exchange_rate: input.exchangeRate ?? null,
    fee,
    fee_details: details.map((detail) => stripeFee(detail.amount, input.currency, detail.description)),
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

/** The transaction of a successful charge, in a currency the account holds, with Stripe's fee taken off. */
export function addChargeTransaction(sandbox: Sandbox, charge: Stripe.Charge, availableOn: number): StoredTransaction {
  const settled = settle(sandbox, charge.amount, charge.currency)
  return addTransaction(sandbox, {
    ...settled,
    type: 'charge',
    reportingCategory: 'charge',
    source: charge.id,
    description: charge.description,
    created: charge.created,
    availableOn,
    fees: chargeFees(settled),
  })
}

/** Returns what an earlier transaction took, or a part of it, in its currency and at its rate. */
export function addReturn(
  sandbox: Sandbox,
  earlier: StoredTransaction,
  input: Pick<NewTransaction, 'type' | 'reportingCategory' | 'source' | 'description' | 'fees'> & { amount?: number },
): StoredTransaction {
  const now = sandbox.clock.now()
  return addTransaction(sandbox, {
    ...input,
    amount: input.amount ?? -earlier.amount,
    currency: earlier.currency,
    exchangeRate: earlier.exchange_rate,
    created: now,
    availableOn: now,
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

/** What Stripe charges the account itself: it belongs to no payment. */
export function addAccountFee(sandbox: Sandbox, fee: { amount: number; currency: string }): StoredTransaction {
  const now = sandbox.clock.now()
  return addTransaction(sandbox, {
    ...{ amount: -fee.amount, currency: fee.currency, type: 'stripe_fee', reportingCategory: 'fee', source: null },
    ...{ description: 'Billing (2024-11-01)', created: now, availableOn: now },
  })
}

/** What Stripe does to the account by hand, or somebody pays into it: of no payment, in either direction. */
export function addAccountLine(
  sandbox: Sandbox,
  line: { amount: number; currency: string; category: 'topup' | 'other_adjustment' },
): StoredTransaction {
  const now = sandbox.clock.now()
  const type = line.category === 'topup' ? 'topup' : 'adjustment'
  return addTransaction(sandbox, {
    ...{ amount: line.amount, currency: line.currency, type, reportingCategory: line.category, source: null },
    ...{ description: null, created: now, availableOn: now },
  })
}

// Stripe takes 1 % more where it changes the currency.
function chargeFees(settled: Settled): { amount: number; description: string }[] {
  const processing = { amount: feeFor(settled.amount, settled.currency), description: 'Stripe processing fees' }
  if (settled.exchangeRate === null) return [processing]
  const conversion = { amount: Math.floor((settled.amount + 50) / 100), description: 'Stripe currency conversion fee' }
  return [processing, conversion]
}

function stripeFee(amount: number, currency: string, description: string): Stripe.BalanceTransaction.FeeDetail {
  return { amount, application: null, currency, description, type: 'stripe_fee' }
}
