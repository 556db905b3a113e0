import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbeddedServer } from '#lib/db/embedded-server.ts'
import { migrateDatabase } from '#lib/db/migrate-database.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresAdminUrl: string
  }
}

export const TEMPLATE = 'purse_template'
export const APP_PASSWORD = 'app-password-of-the-tests'

/**
 * What a rule test kills is a process of ours, never the database's machine: nothing here needs to reach the disk before
 * a commit is answered. Everything else is as in the product.
 */
const FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/** One real PostgreSQL for the whole run, with one migrated database that every test file copies. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'common-purse-test-'))
  // The database's own user must be able to enter.
  await chmod(dir, 0o755)
  const server = await startEmbeddedServer({
    dataDir: join(dir, 'postgres'),
    password: 'superuser-of-the-tests',
    settings: { max_connections: '200', shared_buffers: '256MB', ...FORGETFUL },
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
  project.provide('postgresAdminUrl', server.adminUrl)
  return stop
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    await admin.query(`CREATE DATABASE ${TEMPLATE}`)
  } finally {
    await admin.end()
  }
  const template = new URL(adminUrl)
  template.pathname = `/${TEMPLATE}`
  await migrateDatabase({ adminUrl: template.toString(), appPassword: APP_PASSWORD })
}
