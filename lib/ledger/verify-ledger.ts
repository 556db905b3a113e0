import type { DbClient } from '#lib/db/client.ts'

export type LedgerViolation = {
  /** The rule that is broken, as a sentence. */
  rule: string
  fundId: bigint | null
  /** The row: a transfer, entry, account, outflow or fund, as the rule says. */
  rowId: bigint | null
  detail: string
}

/** What a verification saw: how many entries there were, and each row that breaks a rule. */
export type LedgerProof = { entries: number; violations: LedgerViolation[] }

/**
 * Proves the whole ledger again from its rows, as if no constraint existed: accounts and rules of every transfer, money
 * and numbers of every entry, balances and headroom of every fund, owners of every cent, mirrors of every reversal.
 * An empty answer is the proof.
 */
export async function verifyLedger(db: DbClient): Promise<LedgerViolation[]> {
  return db.$queryRaw<LedgerViolation[]>`
    SELECT rule, fund_id AS "fundId", row_id AS "rowId", detail FROM ledger.verify()`
}

/** The same with the number of entries, for whoever has to say that it was done. Some 5 s for a million entries. */
export async function proveLedger(db: DbClient): Promise<LedgerProof> {
  const [counted] = await db.$queryRaw<{ entries: number }[]>`SELECT count(*)::int AS entries FROM ledger.entries`
  return { entries: counted?.entries ?? 0, violations: await verifyLedger(db) }
}
