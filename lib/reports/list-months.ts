import type { DbClient } from '#lib/db/client.ts'
import type { MonthRow } from './types.ts'

/** What came in (gifts, covered fees and tips) and what was sent, month by month of UTC, for the report's chart. */
export async function listMonths(
  tx: DbClient,
  fundIds: readonly bigint[],
  span: { from: Date; to: Date },
): Promise<MonthRow[]> {
  return tx.$queryRaw<MonthRow[]>`
    SELECT to_char(e.effective_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, t.currency,
      coalesce(sum(t.money_minor) FILTER (WHERE t.counter_role IN ('contributions', 'fee_cover', 'tips')), 0)::bigint AS "inMinor",
      coalesce(-sum(t.money_minor) FILTER (WHERE t.counter_role IN ('in_transit', 'aid_granted')), 0)::bigint AS "sentMinor"
    FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id
    WHERE t.fund_id = ANY (${[...fundIds]}::bigint[]) AND t.money_minor <> 0
      AND e.effective_at >= ${span.from}::timestamptz AND e.effective_at < ${span.to}::timestamptz
    GROUP BY 1, 2 ORDER BY 1, 2`
}
