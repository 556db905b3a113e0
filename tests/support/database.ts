import pg from 'pg'
import { afterAll, beforeAll, inject } from 'vitest'
import { disconnectDb } from '#lib/db/client.ts'
import { appUrl } from '#lib/db/migrate-database.ts'
import { resetEnv } from '#lib/env.ts'
import { APP_PASSWORD, TEMPLATE } from './start-postgres.ts'

export type TestDatabase = {
  /** The app's role: what production code runs as. */
  appUrl: string
  /** The superuser: for looking, and for what an operator could do. */
  adminUrl: string
  /** A connection as the app's role. */
  asApp: () => Promise<pg.Client>
  /** A connection as the role that owns every table. */
  asOwner: () => Promise<pg.Client>
}

/** Gives the test file its own migrated database and points `db()` at it. Call once at the top of the file. */
export function useDatabase(): TestDatabase {
  const database = {} as TestDatabase
  const opened: pg.Client[] = []
  const name = `purse_test_${process.pid}_${Math.random().toString(36).slice(2, 8)}`

  beforeAll(async () => {
    const adminUrl = inject('postgresAdminUrl')
    await withAdmin(adminUrl, (admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`))
    const own = new URL(adminUrl)
    own.pathname = `/${name}`
    database.adminUrl = own.toString()
    database.appUrl = appUrl(database.adminUrl, APP_PASSWORD)
    const open = async (url: string, role?: string) => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      if (role) await client.query(`SET ROLE ${role}`)
      opened.push(client)
      return client
    }
    database.asApp = () => open(database.appUrl)
    database.asOwner = () => open(database.adminUrl, 'purse_owner')
    process.env['DATABASE_URL'] = database.appUrl
    resetEnv()
  })

  afterAll(async () => {
    await Promise.all(opened.map((client) => client.end().catch(() => undefined)))
    await disconnectDb()
    await withAdmin(inject('postgresAdminUrl'), (admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  })
  return database
}

async function withAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}
