import type { DbClient } from '#lib/db/client.ts'
import type { OutflowKind } from './types.ts'

type TracePart = {
  fundId: bigint
  /** Half-open: the gift owns the numbers fromCent up to, not including, toCent. */
  fromCent: bigint
  toCent: bigint
  amountMinor: bigint
  state: 'spent' | 'left'
  /** What spent them, where spent. */
  kind: OutflowKind | null
  lineId: string | null
  entryId: bigint | null
}

export type GiftTrace = {
  /** False for the second or so until the next fold gives the gift its numbers. */
  numbered: boolean
  parts: TracePart[]
}

/**
 * Where each cent of a gift is: spent on which disbursement line, or left. Money that was sent and came back is
 * followed to its new numbers, so the amounts of the parts of a fund always add up to the gift's net. Exchanged money is
 * followed into the fund of the other currency, whose parts add up to the gift's share of what arrived there.
 */
export async function traceGift(db: DbClient, entryId: bigint): Promise<GiftTrace> {
  const parts = await db.$queryRaw<TracePart[]>`
    WITH RECURSIVE held AS (
      SELECT l.fund_id, l.cents FROM ledger.lots l WHERE l.entry_id = ${entryId}::bigint AND l.from_outflow_id IS NULL
      UNION ALL
      SELECT n.fund_id, n.cents FROM held h JOIN ledger.outflows o ON o.fund_id = h.fund_id AND o.cents && h.cents
      CROSS JOIN LATERAL (
        -- Cents of a returned outflow live on in the lot that names it, at the same distance from its start.
        SELECT r.fund_id, int8range(lower(r.cents) + lower(h.cents * o.cents) - lower(o.cents),
          lower(r.cents) + upper(h.cents * o.cents) - lower(o.cents)) AS cents
        FROM ledger.lots r WHERE r.fund_id = o.fund_id AND r.from_outflow_id = o.id
        UNION ALL
        -- Exchanged cents live on in the lot of the same entry: one after the other, each stretch with its share of what
        -- arrived. Both ends are rounded down, so that neighbours meet and the shares add up to the whole.
        SELECT l.fund_id, int8range(
          lower(l.cents) + div((s.before + lower(h.cents * o.cents) - lower(o.cents)) * (upper(l.cents) - lower(l.cents)), s.whole)::bigint,
          lower(l.cents) + div((s.before + upper(h.cents * o.cents) - lower(o.cents)) * (upper(l.cents) - lower(l.cents)), s.whole)::bigint)
        FROM ledger.lots l CROSS JOIN LATERAL (
          SELECT coalesce(sum(upper(p.cents) - lower(p.cents)) FILTER (WHERE p.cents < o.cents), 0) AS before,
            sum(upper(p.cents) - lower(p.cents)) AS whole
          FROM ledger.outflows p WHERE p.entry_id = o.entry_id AND p.fund_id = o.fund_id AND p.kind = 'exchange') s
        WHERE o.kind = 'exchange' AND l.entry_id = o.entry_id AND l.fund_id <> o.fund_id AND l.from_outflow_id IS NULL
          AND NOT EXISTS (SELECT FROM ledger.lots r WHERE r.fund_id = o.fund_id AND r.from_outflow_id = o.id)) n
      WHERE NOT isempty(n.cents)
    ), spent AS (
      SELECT h.fund_id, h.cents * o.cents AS cents, o.kind, o.line_id, o.entry_id,
        EXISTS (SELECT FROM ledger.lots r WHERE r.fund_id = o.fund_id AND r.from_outflow_id = o.id) AS returned
      FROM held h JOIN ledger.outflows o ON o.fund_id = h.fund_id AND o.cents && h.cents
    ), unspent AS (
      SELECT h.fund_id, unnest(int8multirange(h.cents) - coalesce((SELECT range_agg(s.cents) FROM spent s
        WHERE s.fund_id = h.fund_id AND s.cents && h.cents), '{}'::int8multirange)) AS cents
      FROM held h
    ), parts AS (
      SELECT fund_id, cents, 'spent' AS state, kind, line_id, entry_id FROM spent WHERE NOT returned
      UNION ALL SELECT fund_id, cents, 'left', NULL, NULL, NULL FROM unspent
    )
    SELECT fund_id AS "fundId", lower(cents) AS "fromCent", upper(cents) AS "toCent", upper(cents) - lower(cents) AS "amountMinor",
      state, kind, line_id::text AS "lineId", entry_id AS "entryId"
    FROM parts ORDER BY fund_id, cents`
  return { numbered: parts.length > 0, parts }
}
