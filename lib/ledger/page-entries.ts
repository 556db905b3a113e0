import { type DbClient, Prisma } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import type { Period } from './queries.ts'
import type { AccountRole, EntryKind } from './types.ts'

export type LedgerFilter = Period & {
  /** Of one currency, so that the running balance means something. */
  fundIds: readonly bigint[]
  accountRole?: AccountRole | undefined
  kind?: EntryKind | undefined
}

export type LedgerRow = {
  transferId: bigint
  entryId: bigint
  fundId: bigint
  currency: string
  kind: EntryKind
  debitRole: AccountRole
  creditRole: AccountRole
  amountMinor: bigint
  /** What the row does to the account role asked for, or else to the money of the fund (0n where money stays inside). */
  deltaMinor: bigint
  /** Running: everything of the funds before `from`, then the rows listed, in the order they were posted. */
  balanceMinor: bigint
  effectiveAt: Date
  recordedAt: Date
  /** Set where the fact belongs to a closed period. */
  originalEffectiveAt: Date | null
  sourceType: string
  sourceId: string
  actorId: string
  memo: string | null
  reversesEntryId: bigint | null
}

export type LedgerPage = { rows: LedgerRow[]; openingMinor: bigint; next: string | null }

/**
 * A page of the ledger, one row for each transfer, in the order of posting, with a running balance. `after` is the
 * `next` of the page before; it carries the balance, so every page costs the same. Throws `invalid_input` for a
 * cursor that is not one.
 */
export async function pageEntries(
  db: DbClient,
  input: LedgerFilter & { after?: string | undefined; limit: number },
): Promise<LedgerPage> {
  const start = input.after === undefined ? undefined : readCursor(input.after)
  const openingMinor = start?.balanceMinor ?? (await openingBalance(db, input))
  const found = await db.$queryRaw<Omit<LedgerRow, 'balanceMinor'>[]>`${linesSql(input)}
    AND t.id > ${start?.transferId ?? 0n}::bigint ORDER BY t.id LIMIT ${input.limit + 1}`
  let balanceMinor = openingMinor
  const rows = found.slice(0, input.limit).map((row) => {
    balanceMinor += row.deltaMinor
    return { ...row, balanceMinor }
  })
  const last = rows.at(-1)
  return { rows, openingMinor, next: found.length > input.limit && last ? `${last.transferId}:${balanceMinor}` : null }
}

/** The rows a filter selects; ends in a WHERE clause that may be continued with AND. */
function linesSql(filter: LedgerFilter): Prisma.Sql {
  return Prisma.sql`SELECT t.id AS "transferId", t.entry_id AS "entryId", t.fund_id AS "fundId", t.currency, t.kind,
      t.debit_role AS "debitRole", t.credit_role AS "creditRole", t.amount_minor AS "amountMinor",
      ${deltaSql(filter.accountRole)}::bigint AS "deltaMinor", e.effective_at AS "effectiveAt", e.recorded_at AS "recordedAt",
      e.original_effective_at AS "originalEffectiveAt", e.source_type AS "sourceType", e.source_id AS "sourceId",
      e.actor_id AS "actorId", e.memo, e.reverses_entry_id AS "reversesEntryId"
    FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id
    WHERE ${matches(filter)}
      AND (${filter.from ?? null}::timestamptz IS NULL OR e.effective_at >= ${filter.from ?? null}::timestamptz)
      AND (${filter.to ?? null}::timestamptz IS NULL OR e.effective_at < ${filter.to ?? null}::timestamptz)`
}

function matches(filter: LedgerFilter): Prisma.Sql {
  const role = filter.accountRole ?? null
  return Prisma.sql`t.fund_id = ANY (${[...filter.fundIds]}::bigint[])
      AND (${role}::text IS NULL OR ${role}::text IN (t.debit_role, t.credit_role))
      AND (${filter.kind ?? null}::text IS NULL OR t.kind = ${filter.kind ?? null}::text)`
}

function deltaSql(role: AccountRole | undefined): Prisma.Sql {
  if (role === undefined) return Prisma.sql`t.money_minor`
  return Prisma.sql`(CASE WHEN t.debit_role = t.credit_role THEN 0 WHEN t.debit_role = ${role}::text THEN t.amount_minor
    ELSE -t.amount_minor END)`
}

async function openingBalance(db: DbClient, filter: LedgerFilter): Promise<bigint> {
  if (!filter.from) return 0n
  const [row] = await db.$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(${deltaSql(filter.accountRole)}), 0)::bigint AS minor
    FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id
    WHERE ${matches(filter)} AND e.effective_at < ${filter.from}::timestamptz`
  return row?.minor ?? 0n
}

function readCursor(cursor: string): { transferId: bigint; balanceMinor: bigint } {
  const [, transferId, balanceMinor] = /^(\d{1,18}):(-?\d{1,18})$/.exec(cursor) ?? []
  if (transferId === undefined || balanceMinor === undefined) {
    throw new AppError('invalid_input', 'This page of the ledger does not exist.')
  }
  return { transferId: BigInt(transferId), balanceMinor: BigInt(balanceMinor) }
}
