import pg from 'pg'
import { inject } from 'vitest'
import { disconnectDb } from '#lib/db/client.ts'
import { appUrl } from '#lib/db/migrate-database.ts'
import { resetEnv } from '#lib/env.ts'
import type { TestDatabase } from './database.ts'
import { APP_PASSWORD } from './start-postgres.ts'

/** A database as it was at one moment. */
export type DatabaseCopy = { name: string; adminUrl: string; drop: () => Promise<void> }

/**
 * Copies a database as it is now, or a copy of it, and points `db()` at the copy. Nobody else may be connected to the
 * original; the connections of `db()` are ended first.
 */
export async function copyDatabase(original: Pick<TestDatabase, 'adminUrl'>): Promise<DatabaseCopy> {
  const from = new URL(original.adminUrl).pathname.slice(1)
  const name = `purse_copy_${process.pid}_${Math.random().toString(36).slice(2, 8)}`
  await disconnectDb()
  await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${from}`)
  const own = new URL(original.adminUrl)
  own.pathname = `/${name}`
  await pointAt(own.toString())
  const drop = async () => {
    await disconnectDb()
    await asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
  return { name, adminUrl: own.toString(), drop }
}

/** Points `db()` at a database, as the app's role. */
export async function pointAt(adminUrl: string): Promise<void> {
  await disconnectDb()
  process.env['DATABASE_URL'] = appUrl(adminUrl, APP_PASSWORD)
  resetEnv()
}

async function asAdmin(sql: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') })
  await admin.connect()
  try {
    await admin.query(sql)
  } finally {
    await admin.end()
  }
}
