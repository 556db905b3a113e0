import type { DbClient } from '#lib/db/client.ts'

/** Unspent cents of one origin: the entry of the gift, or of another fund's money, that gave them. */
export type NextCents = { entryId: bigint; amountMinor: bigint }

/**
 * The cents that a fund spends next, first in, first out, each stretch with the entry that gave it; money that was sent
 * and came back counts for the gift it came from. Fewer than asked where the fund has fewer. It stays true only while the
 * caller holds the fund's guard, which foldFund takes.
 */
export async function listNextCents(tx: DbClient, fundId: bigint, amountMinor: bigint): Promise<NextCents[]> {
  const stretches = await tx.$queryRaw<NextCents[]>`
    WITH RECURSIVE held AS (
      SELECT l.entry_id, l.cents FROM ledger.lots l WHERE l.fund_id = ${fundId}::bigint AND l.from_outflow_id IS NULL
      UNION ALL
      SELECT h.entry_id, int8range(lower(r.cents) + lower(h.cents * o.cents) - lower(o.cents),
        lower(r.cents) + upper(h.cents * o.cents) - lower(o.cents))
      FROM held h JOIN ledger.outflows o ON o.fund_id = ${fundId}::bigint AND o.cents && h.cents
      JOIN ledger.lots r ON r.fund_id = o.fund_id AND r.from_outflow_id = o.id
    ), free AS (
      SELECT h.entry_id, unnest(int8multirange(h.cents) - coalesce((SELECT range_agg(o.cents) FROM ledger.outflows o
        WHERE o.fund_id = ${fundId}::bigint AND o.cents && h.cents), '{}'::int8multirange)) AS cents
      FROM held h
    )
    SELECT entry_id AS "entryId", upper(cents) - lower(cents) AS "amountMinor" FROM free ORDER BY cents`
  const next: NextCents[] = []
  let wantedMinor = amountMinor
  for (const { entryId, amountMinor: hasMinor } of stretches) {
    if (wantedMinor <= 0n) break
    const isWhole = hasMinor <= wantedMinor
    next.push({ entryId, amountMinor: isWhole ? hasMinor : wantedMinor })
    wantedMinor -= hasMinor
  }
  return next
}
