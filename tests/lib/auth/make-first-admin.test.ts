import { expect, test } from 'vitest'
import { makeFirstAdmin } from '#lib/auth/make-first-admin.ts'
import { db } from '#lib/db/client.ts'
import { useDatabase } from '#tests/support/database.ts'

useDatabase()
const worker = { kind: 'system', name: 'worker' } as const

test('a new installation gets one first administrator, also when it is started twice at once', async () => {
  const made = await Promise.all([
    makeFirstAdmin(worker, 'First@Example.org'),
    makeFirstAdmin(worker, 'second@example.org'),
  ])
  expect(made.filter(Boolean)).toHaveLength(1)
  expect(await db().user.count({ where: { isAdmin: true } })).toBe(1)
})

test('where there is an administrator the setting makes nobody', async () => {
  expect(await makeFirstAdmin(worker, 'third@example.org')).toBe(false)
  expect(await db().user.findUnique({ where: { email: 'third@example.org' } })).toBeNull()
})
