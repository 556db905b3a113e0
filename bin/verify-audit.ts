import { verifyChain } from '#lib/audit/verify-chain.ts'
import { findDatabase } from './verify/find-database.ts'

/**
 * `npm run verify:audit [-- <id>:<hash>]`: proves that no row of the audit log was changed, or names the first that was.
 * It prints an anchor; keep it elsewhere and give it to a later run, which then notices rows that were cut off as well.
 */
const [, id, hash] = /^(\d+):([0-9a-f]{64})$/i.exec(process.argv[2] ?? '') ?? []
if (process.argv[2] && !id) throw new Error('Give the anchor as an earlier run printed it: <id>:<hash>.')

const { rowCount, newest, broken } = await verifyChain(await findDatabase(), id && hash ? { id, hash } : undefined)
if (broken) {
  process.stderr.write(`The audit log was tampered with. Row ${broken.id}: ${broken.what}\n`)
  process.exitCode = 1
} else {
  const anchor = newest ? ` Anchor: ${newest.id}:${newest.hash}` : ''
  process.stdout.write(`The audit log is whole: ${rowCount} rows.${anchor}\n`)
}
