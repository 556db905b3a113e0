import { type DbClient, Prisma } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import type { AccountRole, EntryKind } from './types.ts'

/** Half-open: from <= effectiveAt < to. Either end may be left out. */
export type Period = { from?: Date | undefined; to?: Date | undefined }

export type RoleBalance = {
  fundId: bigint
  currency: string
  role: AccountRole
  /** In the role's own direction: income and reserves count credits, everything else debits. */
  amountMinor: bigint
}

/**
 * What each role of each fund holds, roles of zero included: now, at a moment (`asOf`, exclusive), or the movement of a
 * period (`from`, `to`). The present is the last fold plus the gifts since, at the same cost for any size of fund.
 */
export async function balancesByRole(
  db: DbClient,
  fundIds: readonly bigint[],
  when: Period & { asOf?: Date | undefined } = {},
): Promise<RoleBalance[]> {
  const to = when.asOf ?? when.to
  const now = to === undefined && when.from === undefined
  const rows = await db.$queryRaw<{ fund_id: bigint; currency: string; role: AccountRole; minor: bigint }[]>`
    SELECT fund_id, currency, role, sum(CASE WHEN role IN ('contributions', 'fee_cover', 'tips', 'reserve_for_encumbrances',
      'unrestricted_net_assets') THEN -minor ELSE minor END)::bigint AS minor
    FROM (${now ? presentBalances(fundIds) : movedBalances(fundIds, { from: when.from, to })}) b
    GROUP BY fund_id, currency, role ORDER BY fund_id, role`
  return rows.map((row) => ({ fundId: row.fund_id, currency: row.currency, role: row.role, amountMinor: row.minor }))
}

function presentBalances(fundIds: readonly bigint[]): Prisma.Sql {
  return Prisma.sql`SELECT fund_id, currency, role, balance_minor AS minor FROM ledger.balances
    WHERE fund_id = ANY (${[...fundIds]}::bigint[])`
}

function movedBalances(fundIds: readonly bigint[], period: Period): Prisma.Sql {
  return Prisma.sql`SELECT a.fund_id, a.currency, a.role, coalesce(m.minor, 0) AS minor FROM ledger.accounts a
    LEFT JOIN (
      SELECT v.account_id, sum(v.minor) AS minor FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id
      CROSS JOIN LATERAL (VALUES (t.debit_account_id, t.amount_minor), (t.credit_account_id, -t.amount_minor)) v (account_id, minor)
      WHERE t.fund_id = ANY (${[...fundIds]}::bigint[]) AND ${within(period)}
      GROUP BY v.account_id) m ON m.account_id = a.id
    WHERE a.fund_id = ANY (${[...fundIds]}::bigint[])`
}

function within(period: Period): Prisma.Sql {
  return Prisma.sql`(${period.from ?? null}::timestamptz IS NULL OR e.effective_at >= ${period.from ?? null}::timestamptz)
    AND (${period.to ?? null}::timestamptz IS NULL OR e.effective_at < ${period.to ?? null}::timestamptz)`
}

export type FundHeadroom = {
  fundId: bigint
  name: string
  currency: string
  /** What may still be promised or sent. Never below zero. */
  headroomMinor: bigint
  bankMinor: bigint
  stripeAvailableMinor: bigint
  stripePendingMinor: bigint
  undepositedMinor: bigint
  /** Payouts between Stripe and the bank: still the fund's, and in the headroom. */
  payoutsInTransitMinor: bigint
  /** Wires sent and not yet confirmed: no longer the fund's. */
  wiresInTransitMinor: bigint
  /** Promised: encumbered and not yet released. */
  encumberedMinor: bigint
  /** What the chapter owes after a refund of spent money; while it is above zero nothing leaves. */
  receivableMinor: bigint
  lossReserveMinor: bigint
}

/** A fund's money in the treasurers' terms, now. Throws `not_found`. */
export async function fundHeadroom(db: DbClient, fundId: bigint): Promise<FundHeadroom> {
  const rows = await db.$queryRaw<(Record<string, bigint> & { name: string; currency: string })[]>`
    SELECT f.name, f.currency, g.headroom_minor, g.loss_reserve_minor,
      sum(b.balance_minor) FILTER (WHERE b.role = 'bank')::bigint AS bank,
      sum(b.balance_minor) FILTER (WHERE b.role = 'stripe_available')::bigint AS available,
      sum(b.balance_minor) FILTER (WHERE b.role = 'stripe_pending')::bigint AS pending,
      sum(b.balance_minor) FILTER (WHERE b.role = 'undeposited')::bigint AS undeposited,
      sum(b.balance_minor) FILTER (WHERE b.role = 'in_transit' AND b.external_id = 'payouts')::bigint AS payouts,
      sum(b.balance_minor) FILTER (WHERE b.role = 'in_transit' AND b.external_id = 'wires')::bigint AS wires,
      sum(b.balance_minor) FILTER (WHERE b.role = 'encumbrances')::bigint AS encumbered,
      sum(b.balance_minor) FILTER (WHERE b.role = 'chapter_receivable')::bigint AS receivable
    FROM ledger.funds f JOIN ledger.guards g ON g.fund_id = f.id JOIN ledger.balances b ON b.fund_id = f.id
    WHERE f.id = ${fundId}::bigint GROUP BY f.name, f.currency, g.headroom_minor, g.loss_reserve_minor`
  const row = rows[0]
  if (!row) throw new AppError('not_found', 'This fund does not exist.')
  const minor = (key: string): bigint => BigInt(row[key] ?? 0n)
  return {
    fundId,
    name: row.name,
    currency: row.currency,
    headroomMinor: minor('headroom_minor'),
    bankMinor: minor('bank'),
    stripeAvailableMinor: minor('available'),
    stripePendingMinor: minor('pending'),
    undepositedMinor: minor('undeposited'),
    payoutsInTransitMinor: minor('payouts'),
    wiresInTransitMinor: minor('wires'),
    encumberedMinor: minor('encumbered'),
    receivableMinor: minor('receivable'),
    lossReserveMinor: minor('loss_reserve_minor'),
  }
}

export type Flow = {
  kind: EntryKind
  /** The side that is not money: `contributions`, `processing_fees`, `refunds`, `in_transit` (a wire sent) … */
  role: AccountRole
  /** Signed: what it brought to the fund's money, or took. */
  amountMinor: bigint
}

export type FlowTotals = { fundId: bigint; currency: string; openingMinor: bigint; closingMinor: bigint; flows: Flow[] }

/**
 * The money of each fund over a period: opening + flows = closing, where money is Stripe, banks, undeposited, payouts on
 * their way and the chapter's debt. A wire counts when it is sent, not when it is confirmed. Opening and closing are
 * summed from all transfers before `from` and `to`, so the equation is a check and not a definition.
 */
export async function flowTotals(db: DbClient, fundIds: readonly bigint[], period: Period = {}): Promise<FlowTotals[]> {
  const rows = await db.$queryRaw<
    {
      fund_id: bigint
      currency: string
      kind: EntryKind | null
      role: AccountRole | null
      before: bigint
      during: bigint
      upto: bigint
    }[]
  >`
    SELECT f.id AS fund_id, f.currency, x.kind, x.counter_role AS role, coalesce(x.before, 0)::bigint AS before,
      coalesce(x.during, 0)::bigint AS during, coalesce(x.upto, 0)::bigint AS upto
    FROM ledger.funds f LEFT JOIN (
      SELECT t.fund_id, t.kind, t.counter_role,
        sum(t.money_minor) FILTER (WHERE e.effective_at < ${period.from ?? null}::timestamptz) AS before,
        sum(t.money_minor) FILTER (WHERE ${within(period)}) AS during,
        sum(t.money_minor) FILTER (WHERE ${within({ to: period.to })}) AS upto
      FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id
      WHERE t.fund_id = ANY (${[...fundIds]}::bigint[]) AND t.money_minor <> 0 AND ${within({ to: period.to })}
      GROUP BY t.fund_id, t.kind, t.counter_role) x ON x.fund_id = f.id
    WHERE f.id = ANY (${[...fundIds]}::bigint[]) ORDER BY f.id, x.kind, x.counter_role`
  const totals = new Map<bigint, FlowTotals>()
  for (const row of rows) {
    const start = { fundId: row.fund_id, currency: row.currency, openingMinor: 0n, closingMinor: 0n, flows: [] }
    const total: FlowTotals = totals.get(row.fund_id) ?? start
    total.openingMinor += row.before
    total.closingMinor += row.upto
    if (row.kind && row.role && row.during !== 0n)
      total.flows.push({ kind: row.kind, role: row.role, amountMinor: row.during })
    totals.set(row.fund_id, total)
  }
  return [...totals.values()]
}
