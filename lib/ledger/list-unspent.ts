import type { DbClient } from '#lib/db/client.ts'

export type UnspentGift = { entryId: bigint; unspentMinor: bigint }

/**
 * The entries that gave a fund its unspent cents, each with how many of them are still there: money that was sent and
 * came back counts for the gift it came from. Together they are exactly what the fund has. Fold the fund first.
 */
export async function listUnspent(db: DbClient, fundId: bigint): Promise<UnspentGift[]> {
  return await db.$queryRaw<UnspentGift[]>`
    WITH RECURSIVE held AS (
      SELECT l.entry_id, l.cents FROM ledger.lots l WHERE l.fund_id = ${fundId}::bigint AND l.from_outflow_id IS NULL
      UNION ALL
      -- Cents of a returned outflow live on in the lot that names it, at the same distance from its start.
      SELECT h.entry_id, int8range(lower(r.cents) + lower(h.cents * o.cents) - lower(o.cents),
        lower(r.cents) + upper(h.cents * o.cents) - lower(o.cents))
      FROM held h JOIN ledger.outflows o ON o.fund_id = ${fundId}::bigint AND o.cents && h.cents
      JOIN ledger.lots r ON r.fund_id = o.fund_id AND r.from_outflow_id = o.id
    ), counted AS (
      SELECT h.entry_id, upper(h.cents) - lower(h.cents) - coalesce((
        SELECT sum(upper(h.cents * o.cents) - lower(h.cents * o.cents)) FROM ledger.outflows o
        WHERE o.fund_id = ${fundId}::bigint AND o.cents && h.cents), 0) AS minor
      FROM held h
    )
    SELECT entry_id AS "entryId", sum(minor)::bigint AS "unspentMinor" FROM counted
    GROUP BY entry_id HAVING sum(minor) > 0 ORDER BY entry_id`
}
