import type { LedgerViolation } from '#lib/ledger/verify-ledger.ts'
import { withAdmin } from './start/with-admin.ts'
import { findDatabase } from './verify/find-database.ts'

/**
 * `npm run verify:ledger`: proves the whole ledger again from its rows, as if the database had no constraint, and names
 * each row that breaks a rule. The worker does the same once a day.
 */
await withAdmin(await findDatabase(), async (admin) => {
  const { rows: counts } = await admin.query<{ entries: string; transfers: string }>(
    'SELECT (SELECT count(*) FROM ledger.entry) AS entries, (SELECT count(*) FROM ledger.transfer) AS transfers',
  )
  const started = performance.now()
  const { rows: found } = await admin.query<LedgerViolation>(
    'SELECT rule, fund_id AS "fundId", row_id AS "rowId", detail FROM ledger.verify()',
  )
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  const size = `${Number(counts[0]?.entries).toLocaleString('en-US')} entries, ${Number(counts[0]?.transfers).toLocaleString('en-US')} transfers`
  if (found.length === 0) {
    process.stdout.write(`The ledger is whole: ${size}, proven in ${seconds} s.\n`)
    return
  }
  for (const { rule, fundId, rowId, detail } of found)
    process.stderr.write(`${rule}: fund ${fundId ?? '-'}, row ${rowId ?? '-'}: ${detail}\n`)
  process.stderr.write(`The ledger breaks its rules in ${found.length} places (${size}).\n`)
  process.exitCode = 1
})
