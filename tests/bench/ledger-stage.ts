import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { disconnectDb } from '#lib/db/client.ts'
import { startEmbeddedServer } from '#lib/db/embedded-server.ts'
import { migrateDatabase } from '#lib/db/migrate-database.ts'
import { resetEnv } from '#lib/env.ts'

/** TPC-B's tables have one branch for each client, as its rules ask. */
const BRANCHES = 16

export type LedgerStage = { adminUrl: string; appUrl: string; admin: pg.Client; stop: () => Promise<void> }

/**
 * A server of its own with the settings that `npm start` gives it (fsync on), the ledger migrated into it, and the
 * tables of TPC-B beside it in the same database. `db()` of this process is the app's role.
 */
export async function startLedgerStage(): Promise<LedgerStage> {
  const dir = await mkdtemp(join(tmpdir(), 'common-purse-ledger-'))
  // The database's own user must be able to enter.
  await chmod(dir, 0o755)
  const server = await startEmbeddedServer({
    dataDir: join(dir, 'postgres'),
    password: 'bench',
    settings: { max_connections: '100', shared_buffers: '256MB' },
  })
  const admin = new pg.Client({ connectionString: server.adminUrl })
  await admin.connect()
  const { appUrl } = await migrateDatabase({ adminUrl: server.adminUrl, appPassword: 'bench-app' })
  await admin.query(TPC_B)
  // A checkpoint is due every five minutes: none in the middle of a comparison.
  await admin.query('VACUUM ANALYZE')
  await admin.query('CHECKPOINT')
  const settings = { APP_URL: 'http://localhost:3000', STRIPE_SECRET_KEY: 'sk_test_sandbox', LOG_LEVEL: 'warn' }
  const secrets = {
    STRIPE_WEBHOOK_SECRETS: 'whsec_of_the_benchmark',
    AUTH_SECRET: 'a-secret-of-the-benchmark-long-enough',
  }
  Object.assign(process.env, { ...settings, ...secrets, DATABASE_URL: appUrl })
  resetEnv()
  const stop = async () => {
    await disconnectDb()
    await admin.end()
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
  return { adminUrl: server.adminUrl, appUrl, admin, stop }
}

const TPC_B = `
  CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88)) WITH (fillfactor = 100);
  CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler char(84)) WITH (fillfactor = 100);
  CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler char(84)) WITH (fillfactor = 100);
  CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler char(22));
  INSERT INTO pgbench_branches SELECT b, 0, '' FROM generate_series(1, ${BRANCHES}) b;
  INSERT INTO pgbench_tellers SELECT t, (t - 1) / 10 + 1, 0, '' FROM generate_series(1, ${BRANCHES * 10}) t;
  INSERT INTO pgbench_accounts SELECT a, (a - 1) / 100000 + 1, 0, '' FROM generate_series(1, ${BRANCHES * 100_000}) a;`
