import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { recordEvent } from '#lib/audit/record-event.ts'
import { verifyChain } from '#lib/audit/verify-chain.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { useDatabase } from '#tests/support/database.ts'

// What somebody with the superuser's password could do, with the triggers switched off.
const database = useDatabase()
let superuser: pg.Client
let ids: string[] = []

const write = (subjectId: string) =>
  inTransaction((tx) => recordEvent(tx, { kind: 'guest' }, { action: 'test.write', subjectType: 'test', subjectId }))
const verify = () => verifyChain(database.appUrl)

beforeEach(async () => {
  superuser = new pg.Client({ connectionString: database.adminUrl })
  await superuser.connect()
  await superuser.query('SET session_replication_role = replica')
  await superuser.query('DELETE FROM audit_event')
  for (let n = 0; n < 10; n += 1) await write(`subject-${n}`)
  ids = (await superuser.query<{ id: string }>('SELECT id FROM audit_event ORDER BY id')).rows.map(({ id }) => id)
})
afterEach(() => superuser.end())

test('a log that nobody touched is whole', async () => {
  expect(await verify()).toEqual({
    rowCount: 10,
    newest: { id: ids[9], hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    broken: null,
  })
})

test.each([
  ['actor_id', `'somebody'`],
  ['action', `'other.action'`],
  ['at', `at - interval '1 hour'`],
  ['subject_id', `'other'`],
  ['reason', `'a reason'`],
  ['detail', `'{"amountMinor": "1"}'`],
  ['chapter_id', 'uuidv7()'],
  ['hash', `sha256('x')`],
])('a row whose %s was changed is named, and the first of several', async (column, value) => {
  await superuser.query(`UPDATE audit_event SET ${column} = ${value} WHERE id = ANY ($1)`, [[ids[4], ids[7]]])
  expect((await verify()).broken).toEqual({ id: ids[4], what: 'This row is not what was written.' })
})

test('a row that was changed together with its hash breaks the chain at the next one, which names it', async () => {
  await superuser.query(`UPDATE audit_event SET action = 'other' WHERE id = $1`, [ids[4]])
  await superuser.query(`UPDATE audit_event e SET hash = audit_event_digest(e, previous_hash) WHERE id = $1`, [ids[4]])
  expect((await verify()).broken).toMatchObject({
    id: ids[5],
    what: expect.stringContaining(`row ${ids[4]}: that one`),
  })
})

test('a row that was removed or put in breaks the chain there', async () => {
  await superuser.query('DELETE FROM audit_event WHERE id = $1', [ids[4]])
  expect((await verify()).broken?.id).toBe(ids[5])
  await superuser.query('DELETE FROM audit_event WHERE id = ANY ($1)', [ids.slice(0, 2)])
  expect((await verify()).broken).toEqual({
    id: ids[2],
    what: 'This row was not the first one: rows before it were removed.',
  })
})

test('an end that was cut off, and a chain written anew, show against an earlier anchor', async () => {
  const { newest } = await verify()
  const anchor = newest ?? undefined
  await write('later')
  expect((await verifyChain(database.appUrl, anchor)).broken).toBeNull()
  await superuser.query(`UPDATE audit_event SET action = 'other' WHERE id = $1`, [ids[8]])
  for (const id of ids.slice(8)) {
    await superuser.query(
      `UPDATE audit_event e SET previous_hash = (SELECT hash FROM audit_event p WHERE p.id < e.id ORDER BY p.id DESC LIMIT 1)
       WHERE id = $1`,
      [id],
    )
    await superuser.query('UPDATE audit_event e SET hash = audit_event_digest(e, previous_hash) WHERE id = $1', [id])
  }
  await superuser.query('DELETE FROM audit_event WHERE id > $1', [ids[9]])
  expect((await verify()).broken).toBeNull()
  expect((await verifyChain(database.appUrl, anchor)).broken).toMatchObject({ id: ids[9] })
  await superuser.query('DELETE FROM audit_event WHERE id >= $1', [ids[9]])
  expect((await verifyChain(database.appUrl, anchor)).broken?.what).toContain('is gone')
})

test('the command says that the log is whole, and fails with the row when it is not', async () => {
  const env = { ...process.env, DATABASE_URL: database.appUrl }
  const command = () => promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/verify-audit.ts'], { env })
  expect((await command()).stdout).toMatch(/^The audit log is whole: 10 rows\. Anchor: \d+:[0-9a-f]{64}\n$/)
  await superuser.query(`UPDATE audit_event SET action = 'other' WHERE id = $1`, [ids[4]])
  const failure = await command().catch((error: { code: number; stderr: string }) => error)
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining(`Row ${ids[4]}:`) })
})
