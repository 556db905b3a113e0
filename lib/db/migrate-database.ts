import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runMigrations } from 'graphile-worker'
import pg from 'pg'

/** Any number that only this program uses: it keeps two migrators apart. */
const MIGRATION_LOCK = 7_305_216_094

type Options = {
  /** A login that may create roles and owns, or may create in, the database. */
  adminUrl: string
  /** The password the app's role shall log in with. */
  appPassword: string
  migrationsDir?: string
  onApplied?: (name: string) => void
}

/**
 * Brings a database to the newest schema. Migrations keep Prisma's layout and table, so that
 * `prisma migrate deploy` works on the same database; each runs whole, in one transaction, as the role that owns
 * everything and cannot log in. Answers the app's own connection URL.
 */
export async function migrateDatabase(options: Options): Promise<{ appUrl: string; applied: string[] }> {
  const client = new pg.Client({ connectionString: options.adminUrl })
  await client.connect()
  try {
    await requireVersion(client)
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
    await ensureRoles(client, options.appPassword)
    const applied = await applyAll(client, options)
    await installQueue(client, options.adminUrl)
    return { appUrl: appUrl(options.adminUrl, options.appPassword), applied }
  } finally {
    await client.end()
  }
}

/** The same database, entered as the app's role. */
export function appUrl(adminUrl: string, appPassword: string): string {
  const url = new URL(adminUrl)
  url.username = 'purse_app'
  url.password = encodeURIComponent(appPassword)
  return url.toString()
}

async function requireVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`)
  if (Number(rows[0]?.version) < 180_000) {
    throw new Error('DATABASE_URL points at a PostgreSQL older than 18; the ledger needs its temporal constraints.')
  }
}

/** purse_owner owns and cannot log in; purse_app is the app's login and owns nothing. */
async function ensureRoles(client: pg.Client, appPassword: string): Promise<void> {
  const login = client.escapeLiteral(appPassword)
  const database = (await client.query<{ name: string }>('SELECT current_database() AS name')).rows[0]?.name ?? ''
  await client.query(`
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'purse_owner') THEN CREATE ROLE purse_owner NOLOGIN; END IF;
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'purse_app') THEN
        CREATE ROLE purse_app LOGIN NOINHERIT NOCREATEDB NOCREATEROLE;
      END IF;
    END $$`)
  await client.query(`ALTER ROLE purse_app PASSWORD ${login}`)
  await client.query(`GRANT purse_owner TO CURRENT_USER`)
  await client.query(`GRANT CREATE, CONNECT ON DATABASE ${client.escapeIdentifier(database)} TO purse_owner`)
  await client.query(`GRANT CONNECT ON DATABASE ${client.escapeIdentifier(database)} TO purse_app`)
  await client.query('GRANT USAGE, CREATE ON SCHEMA public TO purse_owner')
}

async function applyAll(client: pg.Client, options: Options): Promise<string[]> {
  const dir = options.migrationsDir ?? join(process.cwd(), 'prisma', 'migrations')
  await client.query(`SET ROLE purse_owner`)
  await client.query(`
    CREATE TABLE IF NOT EXISTS public._prisma_migrations (
      id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
      logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`)
  const done = new Map(
    (
      await client.query<{ name: string; checksum: string }>(
        'SELECT migration_name AS name, checksum FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
      )
    ).rows.map((row) => [row.name, row.checksum]),
  )
  const applied: string[] = []
  for (const name of await migrationNames(dir)) {
    const script = await readFile(join(dir, name, 'migration.sql'), 'utf8')
    const checksum = createHash('sha256').update(script).digest('hex')
    if (done.has(name)) {
      if (done.get(name) !== checksum) throw new Error(`Migration ${name} was changed after it had been applied.`)
      continue
    }
    await applyOne(client, name, script, checksum)
    applied.push(name)
    options.onApplied?.(name)
  }
  return applied
}

async function applyOne(client: pg.Client, name: string, script: string, checksum: string): Promise<void> {
  try {
    await client.query('BEGIN')
    await client.query(script)
    await client.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK')
    throw new Error(`Migration ${name} failed: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

/** The job queue's own schema, made by its library; the app may enqueue and work, not change it. */
async function installQueue(client: pg.Client, adminUrl: string): Promise<void> {
  await client.query('RESET ROLE')
  await runMigrations({ connectionString: adminUrl })
  await client.query(`
    GRANT USAGE ON SCHEMA graphile_worker TO purse_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO purse_app;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA graphile_worker TO purse_app;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO purse_app;
    DO $$ DECLARE queue_table regclass; BEGIN
      FOR queue_table IN SELECT oid FROM pg_class WHERE relnamespace = 'graphile_worker'::regnamespace AND relrowsecurity LOOP
        EXECUTE format('DROP POLICY IF EXISTS purse_app_works ON %s', queue_table);
        EXECUTE format('CREATE POLICY purse_app_works ON %s TO purse_app USING (true) WITH CHECK (true)', queue_table);
      END LOOP;
    END $$`)
}

async function migrationNames(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}
