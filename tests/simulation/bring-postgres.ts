import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedServer } from '#lib/db/embedded-server.ts'
import { migrateDatabase } from '#lib/db/migrate-database.ts'
import { APP_PASSWORD, TEMPLATE } from '#tests/support/start-postgres.ts'

/** A PostgreSQL of its own with the migrated template, gone when it stops. */
export async function bringPostgres(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'common-purse-simulation-'))
  // The database's own user must be able to enter.
  await chmod(dir, 0o755)
  const dataDir = join(dir, 'postgres')
  const server = await startEmbeddedServer({
    dataDir,
    password: 'superuser-of-the-simulation',
    settings: { fsync: 'off' },
  })
  const stop = async () => {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await makeTemplate(server.adminUrl)
  } catch (error) {
    await stop()
    throw error
  }
  return { adminUrl: server.adminUrl, stop }
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${TEMPLATE}`)
  await admin.end()
  const template = new URL(adminUrl)
  template.pathname = `/${TEMPLATE}`
  await migrateDatabase({ adminUrl: template.toString(), appPassword: APP_PASSWORD })
}
