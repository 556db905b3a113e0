import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { migrateDatabase } from '#lib/db/migrate-database.ts'
import { useDatabase } from '#tests/support/database.ts'
import { APP_PASSWORD } from '#tests/support/start-postgres.ts'

const database = useDatabase()
let migrationsDir = ''

beforeAll(async () => {
  migrationsDir = await mkdtemp(join(tmpdir(), 'migrations-'))
})

const put = async (name: string, sql: string) => {
  await mkdir(join(migrationsDir, name), { recursive: true })
  await writeFile(join(migrationsDir, name, 'migration.sql'), sql)
}
const migrate = () => migrateDatabase({ adminUrl: database.adminUrl, appPassword: APP_PASSWORD, migrationsDir })

test('a migration is applied once, also when two migrators start together', async () => {
  await put('1_first', 'CREATE TABLE first (n int); INSERT INTO first VALUES (1);')
  const both = await Promise.all([migrate(), migrate()])
  expect(both.flatMap((one) => one.applied)).toEqual(['1_first'])
})

test('a migration that fails half-way leaves nothing behind and is tried again', async () => {
  await put('2_second', 'CREATE TABLE second (n int); SELECT 1/0;')
  await expect(migrate()).rejects.toThrow('Migration 2_second failed: division by zero')
  const owner = await database.asOwner()
  expect((await owner.query(`SELECT to_regclass('second') AS made`)).rows[0].made).toBeNull()
  await put('2_second', 'CREATE TABLE second (n int);')
  expect((await migrate()).applied).toEqual(['2_second'])
})

test('a migration changed after it had been applied stops the start', async () => {
  await put('1_first', 'CREATE TABLE first (n bigint);')
  await expect(migrate()).rejects.toThrow('Migration 1_first was changed after it had been applied.')
})
