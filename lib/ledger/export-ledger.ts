import { assertInvariant } from '#lib/errors.ts'
import type { LedgerFilter } from './page-entries.ts'
import type { AccountRole } from './types.ts'

/**
 * The text of a COPY … TO STDOUT for the rows of `pageEntries` with the same filter, as machine CSV: header, ISO times
 * in UTC, amounts as decimals with a point. For a raw connection as the app's role (pg-copy-streams): COPY takes no
 * parameters, so every value is written into the text here, after its form was checked.
 */
export function ledgerCopySql(filter: LedgerFilter): string {
  const role = filter.accountRole === undefined ? null : word(filter.accountRole)
  const conditions = [
    `t.fund_id IN (${filter.fundIds.map((id) => id.toString()).join(', ') || 'NULL'})`,
    ...(role ? [`${role} IN (t.debit_role, t.credit_role)`] : []),
    ...(filter.kind ? [`t.kind = ${word(filter.kind)}`] : []),
  ]
  const opening = filter.from
    ? `(SELECT coalesce(sum(${delta(filter.accountRole)}), 0) FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id
        WHERE ${conditions.join(' AND ')} AND e.effective_at < ${moment(filter.from)})`
    : '0'
  const period = [
    ...(filter.from ? [`e.effective_at >= ${moment(filter.from)}`] : []),
    ...(filter.to ? [`e.effective_at < ${moment(filter.to)}`] : []),
  ]
  return `COPY (
    SELECT ${time('e.effective_at')} AS effective_at, t.id AS transfer_id, t.entry_id, t.kind, t.fund_id, f.name AS fund, t.currency,
      t.debit_role, t.credit_role, ${decimal('t.amount_minor')} AS amount, ${decimal(delta(filter.accountRole))} AS change,
      ${decimal(`${opening} + sum(${delta(filter.accountRole)}) OVER (ORDER BY t.id)`)} AS balance, e.source_type, e.source_id,
      e.actor_id, e.memo, e.reverses_entry_id, ${time('e.recorded_at')} AS recorded_at,
      ${time('e.original_effective_at')} AS original_effective_at
    FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id JOIN ledger.funds f ON f.id = t.fund_id
      JOIN ledger.currencies c ON c.code = t.currency
    WHERE ${[...conditions, ...period].join(' AND ')} ORDER BY t.id
  ) TO STDOUT WITH (FORMAT csv, HEADER true)`
}

function delta(role: AccountRole | undefined): string {
  if (role === undefined) return 't.money_minor'
  return `(CASE WHEN t.debit_role = t.credit_role THEN 0 WHEN t.debit_role = ${word(role)} THEN t.amount_minor ELSE -t.amount_minor END)`
}

/** Exact: numeric division by a power of ten, with the currency's decimals. */
function decimal(minor: string): string {
  return `round((${minor})::numeric / 10::numeric ^ c.exponent, c.exponent)`
}

function time(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** A word of our own vocabulary. Nothing else may come near the text. */
function word(value: string): string {
  assertInvariant(/^[a-z_]+$/.test(value), 'a role or kind is a word')
  return `'${value}'`
}

function moment(value: Date): string {
  return `'${value.toISOString()}'::timestamptz`
}
