import { now } from '#lib/clock.ts'
import { db, Prisma } from '#lib/db/client.ts'
import { monthOf } from '#lib/disbursements/find-published.ts'
import type { AccountRole, EntryKind } from '#lib/ledger/types.ts'
import type { DeskDetail, LedgerPage, LedgerRow } from './types.ts'

/** What a ledger page, its totals and its export select: of these funds, what all of the rest say. */
export type EntryFilter = {
  fundIds: readonly bigint[]
  kind?: EntryKind | undefined
  role?: AccountRole | undefined
  /** Days in UTC, both included. */
  from?: string | undefined
  to?: string | undefined
  /** Part of the memo, or the whole source id. Matters only to the chapter's own people. */
  text?: string | undefined
}

const PAGE_ENTRIES = 50

type Row = Omit<LedgerRow, 'balanceMinor' | 'transfers' | 'desk' | 'disbursement' | 'isAside'> &
  Omit<DeskDetail, never> & {
    transfers: { id: string; debitRole: AccountRole; creditRole: AccountRole; amountMinor: string }[]
    number: number | null
    campaignSlug: string | null
  }

/**
 * A page of the ledger, newest posting first: one row for what each entry did to each of the funds. With one fund each
 * row has the balance after it: of the account role if one is asked for, else of the fund's money; other filters do not
 * change it. `forDesk` adds sources and memos, which may lead to people: for the public it is false, and of a payment
 * that is not public yet it then tells the month, also to somebody who asks for a day.
 */
export async function listEntries(
  filter: EntryFilter,
  page: { before?: bigint | undefined; forDesk: boolean },
): Promise<LedgerPage> {
  const found = await db().$queryRaw<Row[]>`
    WITH picked AS (
      SELECT e.id FROM ledger.entries e WHERE ${entryMatches(filter, page.forDesk ? undefined : publicDay())}
        AND (${page.before ?? null}::bigint IS NULL OR e.id < ${page.before ?? null}::bigint)
        AND EXISTS (SELECT FROM ledger.transfers t WHERE t.entry_id = e.id AND ${transferMatches(filter)})
      ORDER BY e.id DESC LIMIT ${PAGE_ENTRIES + 1})
    SELECT e.id AS "entryId", t.fund_id AS "fundId", e.kind, e.effective_at AS "effectiveAt", t.currency,
      sum(${GROSS_SQL})::bigint AS "grossMinor", sum(${FEE_SQL})::bigint AS "feeMinor", sum(${deltaSql(filter.role)})::bigint AS "netMinor",
      max(t.amount_minor)::bigint AS "movedMinor", e.reverses_entry_id AS "reversesEntryId",
      e.recorded_at AS "recordedAt", e.original_effective_at AS "originalEffectiveAt", e.source_type AS "sourceType",
      e.source_id AS "sourceId", e.memo, d.number, c.slug AS "campaignSlug", ${isUnpublished()} AS "isMonthOnly",
      json_agg(json_build_object('id', t.id::text, 'debitRole', t.debit_role, 'creditRole', t.credit_role,
        'amountMinor', t.amount_minor::text) ORDER BY t.id) AS transfers
    FROM picked JOIN ledger.entries e ON e.id = picked.id
    JOIN ledger.transfers t ON t.entry_id = e.id AND ${transferMatches(filter)}
    LEFT JOIN disbursement d ON e.source_type = 'disbursement' AND d.id::text = e.source_id
    LEFT JOIN campaign c ON c.id = d.campaign_id
    GROUP BY e.id, e.kind, e.effective_at, e.reverses_entry_id, e.recorded_at, e.original_effective_at, e.source_type,
      e.source_id, e.memo, t.fund_id, t.currency, d.id, d.number, c.slug
    ORDER BY e.id DESC, t.fund_id`
  const entryIds = [...new Set(found.map(({ entryId }) => entryId))]
  const shown = new Set(entryIds.slice(0, PAGE_ENTRIES))
  const rows = found.filter(({ entryId }) => shown.has(entryId))
  const balances = await balancesAfter(filter, [...shown])
  return {
    rows: rows.map((row) => toLedgerRow(row, balances.get(row.entryId) ?? null, page.forDesk)),
    nextBefore: entryIds.length > PAGE_ENTRIES ? (entryIds[PAGE_ENTRIES - 1] ?? null) : null,
  }
}

function toLedgerRow(row: Row, balanceMinor: bigint | null, forDesk: boolean): LedgerRow {
  const { recordedAt, originalEffectiveAt, sourceType, sourceId, memo, number, campaignSlug, transfers, ...rest } = row
  const isMonthOnly = rest.isMonthOnly && !forDesk
  return {
    ...rest,
    ...{ isMonthOnly, effectiveAt: isMonthOnly ? monthOf(rest.effectiveAt) : rest.effectiveAt },
    balanceMinor,
    disbursement: number === null || campaignSlug === null ? null : { number, campaignSlug },
    isAside: sourceType === 'campaign_hold',
    transfers: transfers.map((transfer) => ({ ...transfer, amountMinor: BigInt(transfer.amountMinor) })),
    desk: forDesk ? { recordedAt, originalEffectiveAt, sourceType, sourceId, memo } : null,
  }
}

/** From the balance of now back to each of these entries; none where several funds would be mixed. */
async function balancesAfter(filter: EntryFilter, entryIds: readonly bigint[]): Promise<Map<bigint, bigint>> {
  const [fundId, ...others] = filter.fundIds
  const oldest = entryIds.at(-1)
  if (fundId === undefined || others.length > 0 || oldest === undefined) return new Map()
  const rows = await db().$queryRaw<{ entryId: bigint; minor: bigint }[]>`
    WITH newer AS (
      SELECT t.entry_id, sum(${deltaSql(filter.role)}) AS minor FROM ledger.transfers t
      WHERE t.fund_id = ${fundId}::bigint AND t.entry_id >= ${oldest}::bigint GROUP BY t.entry_id),
    after AS (
      SELECT entry_id, coalesce(sum(minor) OVER (ORDER BY entry_id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
        AS minor FROM newer)
    SELECT a.entry_id AS "entryId", (${balanceNow(fundId, filter.role)} - a.minor)::bigint AS minor
    FROM after a WHERE a.entry_id = ANY (${[...entryIds]}::bigint[])`
  return new Map(rows.map(({ entryId, minor }) => [entryId, minor]))
}

function balanceNow(fundId: bigint, role: AccountRole | undefined): Prisma.Sql {
  const which = role
    ? Prisma.sql`b.role = ${role}::text`
    : Prisma.sql`b.role IN ('stripe_pending', 'stripe_available', 'bank', 'undeposited', 'in_transit', 'chapter_receivable')
        AND NOT (b.role = 'in_transit' AND b.external_id = 'wires')`
  return Prisma.sql`(SELECT coalesce(sum(b.balance_minor), 0) FROM ledger.balances b
    WHERE b.fund_id = ${fundId}::bigint AND ${which})`
}

/** What of a transfer `t` is a gift, a covered fee or a tip; what a reversal takes back of them counts against them. */
export const GROSS_SQL = Prisma.sql`CASE WHEN t.credit_role IN ('contributions', 'fee_cover', 'tips') THEN t.amount_minor
  WHEN t.debit_role IN ('contributions', 'fee_cover', 'tips') THEN -t.amount_minor ELSE 0 END`

/** What of it payment companies and banks kept, in the same way. */
export const FEE_SQL = Prisma.sql`CASE WHEN t.debit_role IN ('processing_fees', 'dispute_fees', 'transfer_fees') THEN t.amount_minor
  WHEN t.credit_role IN ('processing_fees', 'dispute_fees', 'transfer_fees') THEN -t.amount_minor ELSE 0 END`

/** What a transfer `t` does to the role, or else to the fund's money. */
export function deltaSql(role: AccountRole | undefined): Prisma.Sql {
  if (role === undefined) return Prisma.sql`t.money_minor`
  return Prisma.sql`(CASE WHEN t.debit_role = t.credit_role THEN 0 WHEN t.debit_role = ${role}::text THEN t.amount_minor
    WHEN t.credit_role = ${role}::text THEN -t.amount_minor ELSE 0 END)`
}

/** Whether the disbursement `d` of an entry, if there is one, is not public yet. */
function isUnpublished(): Prisma.Sql {
  return Prisma.sql`(d.id IS NOT NULL AND NOT disbursement_is_published(d.id, ${now()}::timestamptz))`
}

/** The day of an entry `e` as everybody may know it. */
function publicDay(): Prisma.Sql {
  return Prisma.sql`(CASE WHEN e.source_type = 'disbursement' AND EXISTS (
      SELECT FROM disbursement d WHERE d.id::text = e.source_id AND ${isUnpublished()})
    THEN date_trunc('month', e.effective_at, 'UTC') ELSE e.effective_at END)`
}

/** Which entries `e` a filter selects; `on` is what their day is. */
export function entryMatches(filter: EntryFilter, on = Prisma.sql`e.effective_at`): Prisma.Sql {
  const conditions = [
    ...(filter.kind ? [Prisma.sql`e.kind = ${filter.kind}::text`] : []),
    ...(filter.from ? [Prisma.sql`${on} >= ${`${filter.from}T00:00:00Z`}::timestamptz`] : []),
    ...(filter.to ? [Prisma.sql`${on} < ${`${filter.to}T00:00:00Z`}::timestamptz + interval '1 day'`] : []),
    ...(filter.text
      ? [Prisma.sql`(strpos(lower(e.memo), lower(${filter.text}::text)) > 0 OR e.source_id = ${filter.text}::text)`]
      : []),
  ]
  return conditions.length > 0 ? Prisma.join(conditions, ' AND ') : Prisma.sql`TRUE`
}

/** Which of their transfers `t`. */
export function transferMatches(filter: EntryFilter): Prisma.Sql {
  const funds = Prisma.sql`t.fund_id = ANY (${[...filter.fundIds]}::bigint[])`
  return filter.role ? Prisma.sql`${funds} AND ${filter.role}::text IN (t.debit_role, t.credit_role)` : funds
}
