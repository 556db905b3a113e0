import type { DbClient } from '#lib/db/client.ts'

export type LedgerViolation = {
  /** The rule that is broken, as a sentence. */
  rule: string
  fundId: bigint | null
  /** The row: a transfer, entry, account, outflow or fund, as the rule says. */
  rowId: bigint | null
  detail: string
}

/**
 * Proves the whole ledger again from its rows, as if no constraint existed: accounts and rules of every transfer, money
 * and numbers of every entry, balances and headroom of every fund, owners of every cent, mirrors of every reversal.
 * An empty answer is the proof.
 */
export async function verifyLedger(db: DbClient): Promise<LedgerViolation[]> {
  return db.$queryRaw<LedgerViolation[]>`
    SELECT rule, fund_id AS "fundId", row_id AS "rowId", detail FROM ledger.verify()`
}
