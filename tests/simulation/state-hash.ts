import { createHash } from 'node:crypto'
import type pg from 'pg'

/**
 * One number for everything that events of Stripe can change: gifts, account lines, payouts, and what each entry of
 * the ledger did. Row ids, times of recording and the batches in which money became available are not in it.
 */
export async function stateHash(admin: pg.Client): Promise<string> {
  const hash = createHash('sha256')
  for (const sql of STATE) {
    const { rows } = await admin.query<{ line: string }>(sql)
    for (const line of rows.map((row) => row.line).toSorted()) hash.update(`${line}\n`)
  }
  return hash.digest('hex')
}

const STATE = [
  `SELECT concat_ws(' ', id, status, fee_minor, fund_id, tip_fund_id, balance_transaction_id, charge_id) AS line FROM donation`,
  `SELECT concat_ws(' ', b.id, b.net_minor, b.entry_id IS NOT NULL, b.available_entry_id IS NOT NULL, b.payout_id, l.fund_id, l.net_minor) AS line
   FROM balance_transaction b LEFT JOIN balance_transaction_leg l ON l.balance_transaction_id = b.id`,
  `SELECT concat_ws(' ', id, amount_minor, status, entry_id IS NOT NULL, arrival_entry_id IS NOT NULL) AS line FROM stripe_payout`,
  `SELECT concat_ws(' ', CASE WHEN e.kind = 'available' THEN 'available' ELSE e.idempotency_key END, t.debit_account_id, t.credit_account_id,
     sum(t.amount_minor)) AS line
   FROM ledger.entry e JOIN ledger.transfer t ON t.entry_id = e.id
   GROUP BY CASE WHEN e.kind = 'available' THEN 'available' ELSE e.idempotency_key END, t.debit_account_id, t.credit_account_id`,
]
