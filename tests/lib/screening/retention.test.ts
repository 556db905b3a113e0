import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SystemActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { diffSnapshots } from '#lib/screening/diff-snapshots.ts'
import { forgetParties } from '#lib/screening/forget-parties.ts'
import { importList } from '#lib/screening/import-list.ts'
import { findScreening } from '#lib/screening/list-hits.ts'
import { screenAidGroup } from '#lib/vetting/screen-group.ts'
import { makeChapter } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { clearLists, inventedList, type Listed } from './lists.ts'

const database = useDatabase()
const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const NAMESAKE = { id: 'm', name: 'Остап Мельник', aliases: 'Ostap Melnyk', born: '1961' }
let day = 1

const bring = async (people: Listed[] = []) =>
  (
    await importList(WORKER, {
      source: 'demonstration',
      files: inventedList(people, { count: 20, seen: `2026-11-${String(day++).padStart(2, '0')}` }),
    })
  ).snapshotId
const partiesOf = (snapshotId: string) => db().listedParty.count({ where: { snapshotId } })
/** As if the list had been replaced so many days ago. */
async function age(snapshotId: string, days: number): Promise<void> {
  const owner = await database.asOwner()
  await owner.query('ALTER TABLE list_snapshot DISABLE TRIGGER list_snapshot_guard')
  await owner.query(
    'UPDATE list_snapshot SET superseded_at = superseded_at - make_interval(days => $2) WHERE id = $1',
    [snapshotId, days],
  )
  await owner.query('ALTER TABLE list_snapshot ENABLE ALWAYS TRIGGER list_snapshot_guard')
  await owner.end()
}

beforeAll(async () => void (await makeChapter()))
beforeEach(() => clearLists(database))

describe('The parties of a list that was replaced', () => {
  test('go after 30 days and not before; hash and counts stay, and so does a line in the audit log', async () => {
    const [oldest, older] = [await bring(), await bring()]
    await bring()
    await age(oldest, 29)
    expect(await forgetParties(WORKER)).toBe(0)
    await age(oldest, 2)
    const before = await db().listSnapshot.findUniqueOrThrow({ where: { id: oldest } })
    expect(await forgetParties(WORKER, 7)).toBe(20)
    expect(await partiesOf(oldest)).toBe(0)
    expect(await partiesOf(older)).toBe(20)
    const { prunedAt, prunedCount, ...after } = await db().listSnapshot.findUniqueOrThrow({ where: { id: oldest } })
    expect({ ...after, prunedAt: null, prunedCount: null }).toEqual(before)
    expect([prunedCount, prunedAt]).toEqual([20, expect.any(Date)])
    expect(await db().auditEvent.count({ where: { subjectId: oldest, action: 'list.forget' } })).toBe(1)
    expect(await forgetParties(WORKER)).toBe(0)
  })

  test('never go from the list in force or the one before it, however old', async () => {
    const [before, current] = [await bring(), await bring()]
    await age(before, 4000)
    expect(await forgetParties(WORKER)).toBe(0)
    expect([await partiesOf(before), await partiesOf(current)]).toEqual([20, 20])
  })

  test('stay when a hit names them, so that the entry somebody decided about can be read', async () => {
    const { id: chapterId } = await makeChapter()
    const screened = await bring([NAMESAKE])
    const { id: aidGroupId } = await plantAidGroup({ chapterId })
    await screenAidGroup(WORKER, { aidGroupId })
    await bring([NAMESAKE])
    await bring([NAMESAKE])
    await age(screened, 31)
    expect(await forgetParties(WORKER)).toBe(20)
    const kept = await db().listedParty.findMany({ where: { snapshotId: screened } })
    expect(kept.map(({ externalId }) => externalId)).toEqual(['m'])
    const hits = (await findScreening(aidGroupId, new Date()))?.hits
    expect(hits?.[0]?.party?.birthDates).toEqual(['1961'])
  })

  test('are said to be gone, not to have been taken off by the publisher', async () => {
    const [oldest, older] = [await bring(), await bring()]
    await bring()
    await age(oldest, 31)
    expect(await diffSnapshots(WORKER, { fromId: oldest, toId: older })).toMatchObject({ removed: 0 })
    await forgetParties(WORKER)
    expect(await diffSnapshots(WORKER, { fromId: oldest, toId: older })).toBeNull()
    expect(await diffSnapshots(WORKER, { fromId: null, toId: oldest })).toBeNull()
  })
})

describe('The database refuses', () => {
  test("a party's removal by the app's own hand, and by the owner's before its time", async () => {
    const [oldest, older] = [await bring(), await bring()]
    const current = await bring()
    await age(oldest, 31)
    const app = await database.asApp()
    const owner = await database.asOwner()
    for (const id of [oldest, older, current]) {
      await expect(app.query('DELETE FROM listed_party WHERE snapshot_id = $1', [id])).rejects.toMatchObject({
        code: '42501',
      })
    }
    for (const id of [older, current]) {
      await expect(owner.query('DELETE FROM listed_party WHERE snapshot_id = $1', [id])).rejects.toMatchObject({
        code: 'CP301',
      })
    }
    await expect(owner.query("UPDATE listed_party SET kind = 'other'")).rejects.toMatchObject({ code: 'CP301' })
  })

  test('a moment of replacement or of pruning that the app made up', async () => {
    const [oldest, older] = [await bring(), await bring()]
    await bring()
    const app = await database.asApp()
    await app.query("UPDATE list_snapshot SET superseded_at = '2020-01-01' WHERE id = $1", [oldest])
    expect(await forgetParties(WORKER)).toBe(0)
    await expect(
      app.query('UPDATE list_snapshot SET pruned_at = now(), pruned_count = 0 WHERE id = $1', [older]),
    ).rejects.toMatchObject({ code: 'CP301' })
  })
})
