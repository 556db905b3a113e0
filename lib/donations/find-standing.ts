import type { DbClient } from '#lib/db/client.ts'

/**
 * The entries that took money out by these lines and were not undone, with what each claimed and its dispute fee: what left
 * Stripe beyond the claim, since a fee that nobody could bear stands on the chapter's receivable and not under fees.
 */
export async function standingEntries(tx: DbClient, lineIds: string[], kind: 'refund' | 'dispute') {
  return tx.$queryRaw<{ entryId: bigint; fundId: bigint; claimMinor: bigint; feeMinor: bigint }[]>`
    SELECT e.id AS "entryId", c.fund_id AS "fundId", c.amount_minor AS "claimMinor", (
      SELECT coalesce(sum(t.amount_minor), 0)::bigint FROM ledger.transfers t
      WHERE t.entry_id = e.id AND t.credit_role IN ('stripe_pending', 'stripe_available')) - c.amount_minor AS "feeMinor"
    FROM ledger.entries e JOIN ledger.gift_claims c ON c.entry_id = e.id
    WHERE e.source_type = 'balance_transaction' AND e.source_id = ANY (${lineIds}) AND e.kind = ${kind}
      AND NOT EXISTS (SELECT FROM ledger.entries r WHERE r.reverses_entry_id = e.id) ORDER BY e.id`
}
