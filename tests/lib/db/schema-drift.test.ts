import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()

test('the migrations build exactly what prisma/schema.prisma says', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    'bin/diff-schema.ts',
    database.adminUrl,
  ])
  expect(stdout.trim().replace('-- This is an empty migration.', '')).toBe('')
})

test('a column the schema does not know is drift', async () => {
  const owner = await database.asOwner()
  await owner.query('ALTER TABLE rate_limit ADD COLUMN stray text')
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    'bin/diff-schema.ts',
    database.adminUrl,
  ])
  expect(stdout).toContain('DROP COLUMN "stray"')
})
