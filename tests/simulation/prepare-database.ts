import pg from 'pg'
import { disconnectDb } from '#lib/db/client.ts'
import { appUrl } from '#lib/db/migrate-database.ts'
import { resetEnv } from '#lib/env.ts'
import { APP_PASSWORD, TEMPLATE } from '#tests/support/start-postgres.ts'

export type SimulationDatabase = {
  adminUrl: string
  /** The superuser: looks at everything, and is never part of the story. */
  admin: pg.Client
  /** Keeps what the tables hold now; every story begins from there. */
  keepStage: () => Promise<void>
  /** Puts the tables back to what was kept. */
  resetStage: () => Promise<void>
  drop: () => Promise<void>
}

/** No story can change these. */
const UNTOUCHED = new Set([
  ...['public._prisma_migrations', 'ledger.currency', 'ledger.posting_rule'],
  ...['public.purpose_word', 'public.purpose_word_change'],
])

/**
 * A database of its own, copied from the migrated template. It keeps its promises to a running process and not to one
 * whose machine lost power, which is faster and no part of these stories.
 */
export async function prepareDatabase(adminUrl: string): Promise<SimulationDatabase> {
  const name = `purse_simulation_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await asAdmin(adminUrl, [
    `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`,
    `ALTER DATABASE ${name} SET synchronous_commit = off`,
    `ALTER DATABASE ${name} SET deadlock_timeout = '50ms'`,
  ])
  const own = new URL(adminUrl)
  own.pathname = `/${name}`
  process.env['DATABASE_URL'] = appUrl(own.toString(), APP_PASSWORD)
  resetEnv()
  const admin = new pg.Client({ connectionString: own.toString() })
  await admin.connect()
  await admin.query(TELL_VIRTUAL_TIME)
  let script = ''
  return {
    ...{ admin, adminUrl: own.toString() },
    keepStage: async () => {
      script = resetScript(await keepRows(admin), await keepCounters(admin), await findGuards(admin))
    },
    resetStage: async () => void (await admin.query(script)),
    drop: async () => {
      await admin.end()
      await disconnectDb()
      await asAdmin(adminUrl, [`DROP DATABASE ${name} WITH (FORCE)`])
    },
  }
}

/** Where a column's default is the database's clock, the story's clock takes its place. */
const TELL_VIRTUAL_TIME = `
  CREATE SCHEMA simulation;
  GRANT USAGE ON SCHEMA simulation TO purse_app, purse_owner;
  CREATE TABLE simulation.clock (at timestamptz NOT NULL);
  INSERT INTO simulation.clock VALUES (now());
  GRANT SELECT ON simulation.clock TO purse_app, purse_owner;
  CREATE FUNCTION simulation.at() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM simulation.clock';
  DO $$
  DECLARE c record;
  BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'
      AND column_default ~ '^(now\\(\\)|CURRENT_TIMESTAMP|clock_timestamp\\(\\))' LOOP
      EXECUTE format('ALTER TABLE public.%I ALTER %I SET DEFAULT simulation.at()', c.table_name, c.column_name);
    END LOOP;
  END $$;`

type Table = { name: string; columns: string }

async function keepRows(admin: pg.Client): Promise<Table[]> {
  const { rows } = await admin.query<Table>(`
    SELECT n.nspname || '.' || c.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND (n.nspname IN ('public', 'ledger')
      OR (n.nspname = 'graphile_worker' AND c.relname IN ('_private_jobs', '_private_job_queues')))
    GROUP BY 1`)
  const tables = rows.filter(({ name }) => !UNTOUCHED.has(name))
  for (const { name, columns } of tables) {
    const kept = keptName(name)
    await admin.query(`DROP TABLE IF EXISTS ${kept}; CREATE TABLE ${kept} AS SELECT ${columns} FROM ${quoted(name)}`)
  }
  return tables
}

/** The numbers that were given out; the same story gives out the same ones again. */
async function keepCounters(admin: pg.Client): Promise<string[]> {
  const { rows } = await admin.query<{ set: string }>(`
    SELECT format('SELECT setval(%L, %s, %L)', schemaname || '.' || sequencename, coalesce(last_value, start_value), last_value IS NOT NULL) AS set
    FROM pg_sequences WHERE schemaname IN ('public', 'ledger')`)
  return rows.map(({ set }) => `${set};`)
}

type Guard = { off: string; on: string }

/** The triggers that nobody can get around, which is why the superuser has to send them away between two stories. */
async function findGuards(admin: pg.Client): Promise<Guard[]> {
  const { rows } = await admin.query<Guard>(`
    SELECT format('ALTER TABLE %s DISABLE TRIGGER %I;', tgrelid::regclass, tgname) AS off,
      format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I;', tgrelid::regclass, tgname) AS on FROM pg_trigger WHERE tgenabled = 'A'`)
  return rows
}

/** No foreign key and no ordinary trigger looks while this runs. */
function resetScript(tables: readonly Table[], counters: readonly string[], guards: readonly Guard[]): string {
  const restored = tables.map(
    ({ name, columns }) =>
      `DELETE FROM ${quoted(name)}; INSERT INTO ${quoted(name)} (${columns}) OVERRIDING SYSTEM VALUE SELECT * FROM ${keptName(name)};`,
  )
  const away = guards.map(({ off }) => off).join('\n')
  const back = guards.map(({ on }) => on).join('\n')
  return `BEGIN; SET LOCAL session_replication_role = replica; ${away} ${restored.join('\n')} ${back} ${counters.join(' ')} COMMIT;`
}

const quoted = (table: string) => table.replace(/\.(.*)$/, '."$1"')
const keptName = (table: string) => `simulation."${table}"`

async function asAdmin(url: string, statements: readonly string[]): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    for (const statement of statements) await admin.query(statement)
  } finally {
    await admin.end()
  }
}
