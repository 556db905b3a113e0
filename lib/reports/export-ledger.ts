import { createRequire } from 'node:module'
import { PassThrough, pipeline, type Readable } from 'node:stream'
import pg from 'pg'
import type { Actor } from '#lib/auth/types.ts'
import { type DbClient, db, Prisma } from '#lib/db/client.ts'
import { env } from '#lib/env.ts'
import { parseInput } from '#lib/parse-input.ts'
import { bookChapter, chapterFunds, selectFunds } from './find-funds.ts'
import { deltaSql, type EntryFilter, entryMatches, FEE_SQL, GROSS_SQL, transferMatches } from './list-entries.ts'
import { deskLedgerSchema } from './schema.ts'
import type { ControlTotals } from './types.ts'

// The package has no types; this is the part of it that is used.
const { to: copyTo } = createRequire(import.meta.url)('pg-copy-streams') as {
  to: (sql: string) => Readable & pg.Submittable
}

/** `machine`: ISO dates, decimals with a point, nothing escaped. `spreadsheet`: a BOM, and no text can be a formula. */
export type CsvUse = 'machine' | 'spreadsheet'

export type LedgerExport = { csv: Readable; totals: ControlTotals; chapterSlug: string }

/**
 * The ledger of one chapter as CSV, one line for each transfer in the order of posting, under the filters of the page.
 * The database streams it in one snapshot with the control totals, so memory stays flat at any length. Ending `csv`
 * early ends the query. Throws `not_found` for anyone but a treasurer or auditor of the chapter, `invalid_input` at a
 * filter that makes no sense.
 */
export async function exportLedger(actor: Actor, query: unknown, use: CsvUse): Promise<LedgerExport> {
  const input = parseInput(deskLedgerSchema, query)
  const chapter = await bookChapter(actor, input.chapter)
  const funds = selectFunds(await chapterFunds(actor, chapter.id), { ...input, chapter: undefined })
  const filter: EntryFilter = { ...input, fundIds: funds.map(({ id }) => id) }
  const client = new pg.Client({ connectionString: env().DATABASE_URL, application_name: 'common-purse-export' })
  await client.connect()
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const totals = await totalsWith(async (sql) => (await client.query(inlineValues(sql))).rows, filter)
    const copy = client.query(
      copyTo(`COPY (${inlineValues(linesSql(filter, use))}) TO STDOUT WITH (FORMAT csv, HEADER)`),
    )
    const csv = new PassThrough()
    if (use === 'spreadsheet') csv.write('\uFEFF')
    // A reader who leaves in the middle takes the connection along; there is nothing to roll back.
    pipeline(copy, csv, () => void client.end().catch(() => undefined))
    return { csv, totals, chapterSlug: chapter.slug }
  } catch (error) {
    await client.end()
    throw error
  }
}

/** The same totals for the page, so that it and the file can be compared. */
export async function controlTotals(filter: EntryFilter, client: DbClient = db()): Promise<ControlTotals> {
  return totalsWith((sql) => client.$queryRaw(sql), filter)
}

type TotalRow = {
  currency: string
  rows: bigint | string
  gross: bigint | string
  fee: bigint | string
  net: bigint | string
}

async function totalsWith(read: (sql: Prisma.Sql) => Promise<TotalRow[]>, filter: EntryFilter): Promise<ControlTotals> {
  const rows = await read(Prisma.sql`
    SELECT t.currency, count(*) AS rows, sum(${GROSS_SQL})::bigint AS gross, sum(${FEE_SQL})::bigint AS fee, sum(${deltaSql(filter.role)})::bigint AS net
    FROM ledger.transfers t JOIN ledger.entries e ON e.id = t.entry_id
    WHERE ${transferMatches(filter)} AND ${entryMatches(filter)} GROUP BY t.currency ORDER BY t.currency`)
  return {
    rowCount: rows.reduce((sum, row) => sum + BigInt(row.rows), 0n),
    byCurrency: rows.map(({ currency, gross, fee, net }) => ({
      currency,
      grossMinor: BigInt(gross),
      feeMinor: BigInt(fee),
      netMinor: BigInt(net),
    })),
  }
}

/** The balance is that of the fund's money (or of the role asked for) after each line, whatever the other filters hide. */
function linesSql(filter: EntryFilter, use: CsvUse): Prisma.Sql {
  const text = (column: string) => Prisma.raw(use === 'machine' ? column : formulaSafe(column))
  return Prisma.sql`
    SELECT ${Prisma.raw(time('e.effective_at'))} AS effective_at, ${Prisma.raw(time('e.recorded_at'))} AS recorded_at,
      e.id AS entry_id, t.id AS transfer_id, e.kind, (e.reverses_entry_id IS NOT NULL)::text AS is_reversal, e.reverses_entry_id,
      ${text('f.name')} AS fund, f.id AS fund_id, ${text('c.slug')} AS campaign, t.currency, t.debit_role AS debit_account,
      t.credit_role AS credit_account, ${decimal(Prisma.sql`t.amount_minor`)} AS amount,
      ${decimal(GROSS_SQL)} AS gross, ${decimal(FEE_SQL)} AS fee,
      ${decimal(Prisma.sql`t.delta`)} AS net, ${decimal(Prisma.sql`t.balance`)} AS balance,
      e.source_type, ${text('e.source_id')} AS source_id, ${text('e.memo')} AS memo,
      ${Prisma.raw(time('e.original_effective_at'))} AS original_effective_at
    FROM (
      SELECT t.*, ${deltaSql(filter.role)} AS delta,
        sum(${deltaSql(filter.role)}) OVER (PARTITION BY t.fund_id ORDER BY t.entry_id, t.id) AS balance
      FROM ledger.transfers t WHERE ${transferMatches(filter)}) t
    JOIN ledger.entries e ON e.id = t.entry_id JOIN ledger.funds f ON f.id = t.fund_id
    JOIN (${UNITS_SQL}) k ON k.code = t.currency LEFT JOIN campaign c ON c.id = f.campaign_id
    WHERE ${entryMatches(filter)} ORDER BY t.entry_id, t.id`
}

/** What a minor unit is worth, in the decimals of its currency. OFFSET keeps it from being worked out for each line. */
const UNITS_SQL = Prisma.sql`
  SELECT code, round(10::numeric ^ (-exponent), exponent) AS unit FROM ledger.currencies OFFSET 0`

/** Exact: a product has the decimals of its factors. */
function decimal(minor: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${minor})::numeric * k.unit`
}

function time(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

/** Spreadsheets run a text that begins like a formula; an apostrophe makes it a text. Amounts are numbers and stay so. */
function formulaSafe(column: string): string {
  return `CASE WHEN ${column} ~ '^[[:space:]]*[=+@|%-]' OR ${column} ~ '^[\\t\\r\\n]' THEN '''' || ${column} ELSE ${column} END`
}

/** COPY takes no parameters, so each value is written into the text: numbers as digits, everything else quoted. */
function inlineValues(sql: Prisma.Sql): string {
  return sql.strings.reduce((text, part, position) => text + literal(sql.values[position - 1]) + part)
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]`
  if (typeof value !== 'string') throw new Error('A value of this type cannot be written into a COPY.')
  return pg.escapeLiteral(value)
}
