import { expect, test } from 'vitest'
import { recordEvent } from '#lib/audit/record-event.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { useDatabase } from '#tests/support/database.ts'

const database = useDatabase()
const write = (subjectId: string) =>
  inTransaction((tx) => recordEvent(tx, { kind: 'guest' }, { action: 'test.write', subjectType: 'test', subjectId }))

test('each audit row carries the hash of the row before it, also when many are written at once', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => write(String(index))))
  const broken = await db().$queryRaw<unknown[]>`
    SELECT id FROM (SELECT *, lag(hash) OVER (ORDER BY id) AS expected FROM audit_event) AS chained
    WHERE previous_hash IS DISTINCT FROM expected`
  expect(await db().auditEvent.count()).toBe(20)
  expect(broken).toEqual([])
})

test('the app cannot change or delete an audit row', async () => {
  await write('kept')
  const app = await database.asApp()
  await expect(app.query(`UPDATE audit_event SET action = 'other'`)).rejects.toThrow('permission denied')
  await expect(app.query('DELETE FROM audit_event')).rejects.toThrow('permission denied')
  await expect(app.query('TRUNCATE audit_event')).rejects.toThrow('permission denied')
})

test('the owner of the tables is stopped by the triggers', async () => {
  await write('kept too')
  const owner = await database.asOwner()
  await expect(owner.query(`UPDATE audit_event SET action = 'other'`)).rejects.toThrow('append-only')
  await expect(owner.query('DELETE FROM audit_event')).rejects.toThrow('append-only')
  await expect(owner.query('TRUNCATE audit_event')).rejects.toThrow('append-only')
})
