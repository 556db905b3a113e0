import type { DbClient } from '#lib/db/client.ts'
import type { OutflowKind } from './types.ts'

export type PurseSegment = {
  fromCent: bigint
  toCent: bigint
  /** Of the cents between the two numbers; less where cents that came back under other numbers are left out. */
  amountMinor: bigint
  state: 'spent' | 'promised' | 'left'
  /** Null where not a disbursement, and where the segment stands for several lines. */
  lineId: string | null
  kind: OutflowKind | null
}

/**
 * A fund as a line of numbered cents, in the order the money came: spent, promised (the encumbered amount, shown as the
 * next cents to be spent) and left; what a hold set aside is left, since it is promised to nobody. Cents that were sent and came back appear once, under their new numbers. With more
 * than `maxSegments` the shortest neighbours in the same state are drawn as one.
 */
export async function purseLine(
  db: DbClient,
  fundId: bigint,
  options: { maxSegments: number },
): Promise<PurseSegment[]> {
  const rows = await db.$queryRaw<
    (Omit<PurseSegment, 'state'> & { state: 'spent' | 'left' | 'returned'; encumbered: bigint })[]
  >`
    WITH guard AS (SELECT g.next_cent, b.balance_minor - coalesce((SELECT sum(q.amount_minor) FROM ledger.quarantines q
        WHERE q.fund_id = g.fund_id), 0)::bigint AS balance_minor FROM ledger.guards g JOIN ledger.balances b ON b.fund_id = g.fund_id
      WHERE g.fund_id = ${fundId}::bigint AND b.role = 'encumbrances'),
    spent AS (
      SELECT o.cents, o.line_id, o.kind, EXISTS (SELECT FROM ledger.lots r
        WHERE r.fund_id = o.fund_id AND r.from_outflow_id = o.id) AS returned
      FROM ledger.outflows o WHERE o.fund_id = ${fundId}::bigint),
    parts AS (
      SELECT cents, CASE WHEN returned THEN 'returned' ELSE 'spent' END AS state, line_id, kind FROM spent
      UNION ALL
      SELECT unnest(CASE WHEN next_cent > 0 THEN int8multirange(int8range(0, next_cent)) ELSE '{}' END
        - coalesce((SELECT range_agg(cents) FROM spent), '{}'::int8multirange)), 'left', NULL, NULL FROM guard)
    SELECT lower(p.cents) AS "fromCent", upper(p.cents) AS "toCent", upper(p.cents) - lower(p.cents) AS "amountMinor",
      p.state, p.line_id::text AS "lineId", p.kind, g.balance_minor AS encumbered
    FROM parts p, guard g ORDER BY p.cents`
  let promisedMinor = rows[0]?.encumbered ?? 0n
  const segments: PurseSegment[] = []
  for (const { encumbered: _, state, ...row } of rows) {
    if (state === 'returned') continue
    if (state === 'spent') segments.push({ ...row, state })
    else {
      const taken = promisedMinor < row.amountMinor ? promisedMinor : row.amountMinor
      const split = row.fromCent + taken
      if (taken > 0n) segments.push({ ...row, toCent: split, amountMinor: taken, state: 'promised' })
      if (split < row.toCent)
        segments.push({ ...row, fromCent: split, amountMinor: row.amountMinor - taken, state: 'left' })
      promisedMinor -= taken
    }
  }
  return shorten(joinAlike(segments), options.maxSegments)
}

/** Neighbours that say the same become one. */
function joinAlike(segments: readonly PurseSegment[]): PurseSegment[] {
  const joined: PurseSegment[] = []
  for (const segment of segments) {
    const last = joined.at(-1)
    const alike = last && last.state === segment.state && last.lineId === segment.lineId && last.kind === segment.kind
    if (alike) joined[joined.length - 1] = join(last, segment)
    else joined.push(segment)
  }
  return joined
}

function join(left: PurseSegment, right: PurseSegment): PurseSegment {
  return {
    fromCent: left.fromCent,
    toCent: right.toCent,
    amountMinor: left.amountMinor + right.amountMinor,
    state: left.amountMinor >= right.amountMinor ? left.state : right.state,
    lineId: left.lineId === right.lineId ? left.lineId : null,
    kind: left.kind === right.kind ? left.kind : null,
  }
}

/** Joins the shortest pair of neighbours in one state, or where there is none the shortest pair, until few enough. */
function shorten(segments: PurseSegment[], max: number): PurseSegment[] {
  const line = [...segments]
  while (line.length > Math.max(1, max)) {
    let shortest = 0
    let lowest = costOfJoining(line[0], line[1])
    for (let index = 1; index < line.length - 1; index += 1) {
      const cost = costOfJoining(line[index], line[index + 1])
      if (cost < lowest) [shortest, lowest] = [index, cost]
    }
    const [left, right] = [line[shortest], line[shortest + 1]]
    if (!left || !right) return line
    line.splice(shortest, 2, join(left, right))
  }
  return line
}

/** A number is exact enough to choose by. Different states are joined only when nothing else is left to join. */
function costOfJoining(left: PurseSegment | undefined, right: PurseSegment | undefined): number {
  if (!left || !right) return Number.POSITIVE_INFINITY
  return Number(left.amountMinor + right.amountMinor) + (left.state === right.state ? 0 : 2 ** 80)
}
