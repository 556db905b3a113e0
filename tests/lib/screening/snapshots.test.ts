import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SystemActor, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { diffSnapshots } from '#lib/screening/diff-snapshots.ts'
import { importList } from '#lib/screening/import-list.ts'
import { listSnapshots, listSources } from '#lib/screening/queries.ts'
import { acceptSnapshot, refuseSnapshot } from '#lib/screening/review-snapshot.ts'
import { makeChapter, makePerson } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { clearLists, fileOf, inventedList, readReal, realUn, refusalOf, withoutRealLists } from './lists.ts'

const database = useDatabase()
const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const source = 'demonstration'
const PEOPLE = [{ id: 'a', name: 'Jaroslav Kvitkin', born: '1970' }]
let reviewer: UserActor
let organizer: UserActor

const bring = (count: number, seen = '2026-11-01') =>
  importList(WORKER, { source, files: inventedList(PEOPLE, { count, seen }) })
const statusOf = async (id: string) => (await db().listSnapshot.findUniqueOrThrow({ where: { id } })).status

beforeAll(async () => {
  const { id } = await makeChapter()
  reviewer = await makePerson(id, 'vetting_reviewer')
  organizer = await makePerson(id, 'organizer')
})
beforeEach(() => clearLists(database))

describe('A list that lost a tenth of its rows', () => {
  test('waits for a person, and the one in force stays', async () => {
    const full = await bring(99)
    const less = await bring(89, '2026-11-02')
    expect(less).toMatchObject({ outcome: 'awaiting_word', doubts: ['shrunk'] })
    expect(await statusOf(full.snapshotId)).toBe('current')
    expect(await db().screeningRun.count()).toBe(1)
  })

  test('comes in by itself when it lost a little less', async () => {
    await bring(99)
    expect(await bring(90, '2026-11-02')).toMatchObject({ outcome: 'current', doubts: [] })
  })

  test('comes into force with a reviewer’s word, and everyone is screened again', async () => {
    const full = await bring(99)
    const { snapshotId } = await bring(20, '2026-11-02')
    await acceptSnapshot(reviewer, { snapshotId, reason: 'The publisher took a programme off.' })
    expect(await statusOf(snapshotId)).toBe('current')
    expect(await statusOf(full.snapshotId)).toBe('superseded')
    expect(await db().screeningRun.count({ where: { snapshotId } })).toBe(1)
    const line = await db().auditEvent.findFirst({ where: { subjectId: snapshotId, action: 'list.accept' } })
    expect(line).toMatchObject({ actorId: reviewer.userId, reason: 'The publisher took a programme off.' })
  })

  test('is refused with a reviewer’s word, and the one in force stays', async () => {
    const full = await bring(99)
    const { snapshotId } = await bring(20, '2026-11-02')
    await refuseSnapshot(reviewer, { snapshotId, reason: 'Half of the file is missing.' })
    expect(await statusOf(snapshotId)).toBe('refused')
    expect(await statusOf(full.snapshotId)).toBe('current')
  })

  test('waits for a word only once', async () => {
    await bring(99)
    const { snapshotId } = await bring(20, '2026-11-02')
    await refuseSnapshot(reviewer, { snapshotId, reason: 'Half of the file is missing.' })
    await expect(acceptSnapshot(reviewer, { snapshotId, reason: 'After all.' })).rejects.toMatchObject({
      code: 'wrong_state',
    })
  })

  test('cannot push out a newer one that came in meanwhile', async () => {
    await bring(99)
    const { snapshotId } = await bring(20, '2026-11-02')
    await new Promise((resolve) => setTimeout(resolve, 5))
    await bring(100, '2026-11-03')
    await expect(acceptSnapshot(reviewer, { snapshotId, reason: 'Late.' })).rejects.toMatchObject({
      code: 'wrong_state',
    })
  })
})

describe('A list that is older than the one in force', () => {
  test('waits for a person', async () => {
    await bring(10, '2026-11-05')
    expect(await bring(11, '2026-11-01')).toMatchObject({ outcome: 'awaiting_word', doubts: ['older'] })
  })

  test('waits too when the files say no date but were in force before', async () => {
    const first = await bring(10, '')
    await bring(11, '')
    const again = await bring(10, '')
    expect(again).toMatchObject({ outcome: 'awaiting_word', doubts: ['older'] })
    expect(again.snapshotId).not.toBe(first.snapshotId)
  })
})

describe('A word on a list', () => {
  test.each(['accept', 'refuse'])('is nobody’s but a reviewer’s or an administrator’s (%s)', async (way) => {
    await bring(99)
    const { snapshotId } = await bring(20, '2026-11-02')
    const decide = way === 'accept' ? acceptSnapshot : refuseSnapshot
    const input = { snapshotId, reason: 'Because.' }
    await expect(decide(organizer, input)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(decide({ kind: 'guest' }, input)).rejects.toMatchObject({ code: 'not_found' })
    await expect(decide(WORKER, input)).rejects.toMatchObject({ code: 'not_signed_in' })
    await expect(decide(reviewer, { snapshotId, reason: '' })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await statusOf(snapshotId)).toBe('awaiting_word')
  })

  test('the database wants a person too, and keeps what a file said', async () => {
    await bring(99)
    const { snapshotId } = await bring(20, '2026-11-02')
    const app = await database.asApp()
    const refuse = (sql: string) => expect(app.query(sql, [snapshotId])).rejects
    const swap = `UPDATE list_snapshot SET status = 'superseded' WHERE status = 'current';
      UPDATE list_snapshot SET status = 'current' WHERE id = '${snapshotId}'`
    await expect(app.query(swap)).rejects.toThrow(/person's word/)
    await refuse('UPDATE list_snapshot SET party_count = 9999 WHERE id = $1').toThrow(/never changes/)
    await refuse('DELETE FROM list_snapshot WHERE id = $1').toThrow(/permission denied/)
    await refuse("UPDATE listed_party SET names = '[]' WHERE snapshot_id = $1").toThrow(/permission denied/)
    await refuse('DELETE FROM listed_party WHERE snapshot_id = $1').toThrow(/permission denied/)
    const owner = await database.asOwner()
    await expect(
      owner.query("UPDATE listed_party SET kind = 'other' WHERE snapshot_id = $1", [snapshotId]),
    ).rejects.toThrow()
    await expect(owner.query('DELETE FROM listed_party WHERE snapshot_id = $1', [snapshotId])).rejects.toThrow()
  })
})

describe('With the app’s password alone', () => {
  const insert = (rows: number, status = 'current') =>
    `INSERT INTO list_snapshot (source, status, sha256, file_name, byte_count, row_count, party_count, name_count, added_count, removed_count, changed_count, imported_by)
     VALUES ('demonstration', '${status}', '${'e'.repeat(64)}', 'x.csv', 1, ${rows}, ${rows}, ${rows}, 0, 0, 0, 'system:x')`
  const supersede = `UPDATE list_snapshot SET status = 'superseded' WHERE source = 'demonstration' AND status = 'current'`

  test('a list goes out of force only for another one, and a shrunken one waits', async () => {
    await bring(100)
    const app = await database.asApp()
    await expect(app.query(supersede)).rejects.toMatchObject({ code: 'CP354' })
    await expect(app.query(`${supersede}; ${insert(50)}`)).rejects.toMatchObject({ code: 'CP355' })
    await expect(app.query(insert(100, 'superseded'))).rejects.toMatchObject({ code: 'CP354' })
    await app.query(`${supersede}; ${insert(95)}`)
    expect(await db().listSnapshot.count({ where: { source, status: 'current', rowCount: 95 } })).toBe(1)
  })

  test('nobody decides in the name of somebody who may not', async () => {
    await bring(99)
    const { snapshotId } = await bring(50, '2026-11-02')
    const app = await database.asApp()
    const decide = (by: string) =>
      app.query(
        `UPDATE list_snapshot SET status = 'refused', decided_by_id = $2, decided_at = now(), decided_reason = 'Half a file' WHERE id = $1`,
        [snapshotId, by],
      )
    await expect(decide(organizer.userId)).rejects.toMatchObject({ code: 'CP355' })
    await decide(reviewer.userId)
  })
})

test('the difference names who is new, gone and changed', async () => {
  const first = await importList(WORKER, {
    source,
    files: inventedList([...PEOPLE, { id: 'b', name: 'Mirela Dostanova' }], { count: 30 }),
  })
  const second = await importList(WORKER, {
    source,
    files: inventedList(
      [
        { ...PEOPLE[0]!, born: '1971' },
        { id: 'c', name: 'Anselm Wodniak' },
      ],
      { count: 30, seen: '2026-11-02' },
    ),
  })
  const diff = await diffSnapshots(reviewer, { fromId: first.snapshotId, toId: second.snapshotId })
  expect(diff).toMatchObject({ added: 1, removed: 1, changed: 1 })
  expect(diff?.changes.map(({ externalId, change }) => [externalId, change])).toEqual([
    ['c', 'added'],
    ['b', 'removed'],
    ['a', 'changed'],
  ])
  expect(diff?.changes[2]?.before?.birthDates).toEqual(['1970'])
  expect(diff?.changes[2]?.after?.birthDates).toEqual(['1971'])
})

test('the page says what failed, until something comes in', async () => {
  await bring(10)
  await refusalOf(() => importList(WORKER, { source, files: [fileOf('list.csv', '')], way: 'address' }))
  const view = async () => (await listSources(reviewer)).find((one) => one.source === source)
  expect((await view())?.failure?.message).toBe('list.csv: the file is empty.')
  expect((await view())?.current).not.toBeNull()
  await bring(11, '2026-11-04')
  expect((await view())?.failure).toBeNull()
  expect(await listSnapshots(reviewer)).toHaveLength(2)
  await expect(listSources({ kind: 'guest' })).rejects.toMatchObject({ code: 'not_found' })
})

describe.skipIf(withoutRealLists)("the UN's own list", () => {
  test('one with a tenth fewer parties waits, and one from another day does too', { timeout: 60_000 }, async () => {
    const [whole] = await realUn()
    await importList(WORKER, { source: 'un', files: [whole!] })
    const xml = (await readReal('un/consolidated.xml')).toString('utf8')
    let left = 110
    const shorter = xml.replace(/<INDIVIDUAL>[\s\S]*?<\/INDIVIDUAL>\s*/g, (one) => (left-- > 0 ? '' : one))
    const answer = await importList(WORKER, { source: 'un', files: [fileOf('consolidated.xml', shorter)] })
    expect(answer).toMatchObject({ outcome: 'awaiting_word', doubts: ['shrunk'] })
    const older = xml.replace('dateGenerated="2026-02-27', 'dateGenerated="2026-02-20')
    expect(await importList(WORKER, { source: 'un', files: [fileOf('consolidated.xml', older)] })).toMatchObject({
      doubts: ['older'],
    })
    expect((await db().listSnapshot.findFirst({ where: { source: 'un', status: 'current' } }))?.partyCount).toBe(1_003)
  })
})
