import { gzipSync } from 'node:zlib'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SystemActor, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { LIST_BYTES_MAX } from '#lib/screening/extract-files.ts'
import { importList } from '#lib/screening/import-list.ts'
import { makeChapter, makePerson } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import {
  clearLists,
  fileOf,
  inventedCsv,
  inventedList,
  realOfac,
  realUn,
  refusalOf,
  withoutRealLists,
} from './lists.ts'

const database = useDatabase()
const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const source = 'demonstration'
const PEOPLE = [
  { id: 'a', name: 'Jaroslav Kvitkin', born: '1970' },
  { id: 'b', name: 'Mirela Dostanova' },
]
let reviewer: UserActor
let organizer: UserActor

const current = (of: 'demonstration' | 'ofac' | 'un' = source) =>
  db().listSnapshot.findFirst({ where: { source: of, status: 'current' } })
const bring = (files: { name: string; bytes: Uint8Array }[], actor: SystemActor | UserActor = WORKER) =>
  importList(actor, { source, files })

beforeAll(async () => {
  const { id } = await makeChapter()
  reviewer = await makePerson(id, 'vetting_reviewer')
  organizer = await makePerson(id, 'organizer')
})
beforeEach(() => clearLists(database))

describe('A list that can be read', () => {
  test('becomes the one in force, with its hash, counts and date', async () => {
    const [file] = inventedList(PEOPLE)
    const { snapshotId, outcome } = await bring([file!], reviewer)
    expect(outcome).toBe('current')
    const snapshot = await db().listSnapshot.findUniqueOrThrow({
      where: { id: snapshotId },
      include: { parties: true },
    })
    expect(snapshot).toMatchObject({
      status: 'current',
      rowCount: 2,
      partyCount: 2,
      nameCount: 2,
      addedCount: 2,
      removedCount: 0,
    })
    expect(snapshot.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(snapshot.publishedAt?.toISOString()).toBe('2026-11-01T00:00:00.000Z')
    expect(snapshot.parties.map(({ externalId }) => externalId).sort()).toEqual(['a', 'b'])
  })

  test('changes nothing when it comes a second time', async () => {
    const first = await bring(inventedList(PEOPLE))
    const again = await bring(inventedList(PEOPLE))
    expect(again).toEqual({ snapshotId: first.snapshotId, outcome: 'unchanged', doubts: [] })
    expect(await db().listSnapshot.count()).toBe(1)
    expect(await db().screeningRun.count()).toBe(1)
  })

  test('takes the place of the one before and counts who is new, gone and changed', async () => {
    await bring(inventedList(PEOPLE, { count: 30 }))
    const changed = [
      { ...PEOPLE[0]!, born: '1971' },
      { id: 'c', name: 'Anselm Wodniak' },
    ]
    const { snapshotId } = await bring(inventedList(changed, { count: 30, seen: '2026-11-02' }))
    expect(await current()).toMatchObject({ id: snapshotId, addedCount: 1, removedCount: 1, changedCount: 1 })
    expect(await db().listSnapshot.count({ where: { status: 'superseded' } })).toBe(1)
  })

  test('that is only in another order changes nobody', async () => {
    await bring(inventedList(PEOPLE, { count: 5 }))
    await bring(inventedList(PEOPLE.toReversed(), { count: 5, seen: '2026-11-03' }))
    expect(await current()).toMatchObject({ addedCount: 0, removedCount: 0, changedCount: 0 })
  })

  test('may come gzipped', async () => {
    const [file] = inventedList(PEOPLE)
    const { outcome } = await bring([{ name: 'list.csv.gz', bytes: gzipSync(file!.bytes) }])
    expect(outcome).toBe('current')
  })

  test('leaves a line in the audit log and asks for everyone to be screened', async () => {
    const { snapshotId } = await bring(inventedList(PEOPLE), reviewer)
    const line = await db().auditEvent.findFirst({ where: { subjectId: snapshotId } })
    expect(line).toMatchObject({ action: 'list.import', actorId: reviewer.userId })
    expect(await db().screeningRun.findFirst({ where: { snapshotId } })).toMatchObject({ cause: 'new_list' })
  })
})

describe('A list that cannot be read leaves the one in force', () => {
  const BROKEN: [name: string, files: () => { name: string; bytes: Uint8Array }[], says: RegExp][] = [
    ['empty', () => [fileOf('list.csv', '')], /list\.csv: the file is empty/],
    ['only white space', () => [fileOf('list.csv', ' \n\n')], /no text in it/],
    ['header only', () => [fileOf('list.csv', inventedCsv([]))], /nobody on this list/],
    ['cut in a row', () => [fileOf('list.csv', inventedCsv(PEOPLE).slice(0, -12))], /line 3: the last line is cut off/],
    [
      'a row too short',
      () => [fileOf('list.csv', inventedCsv(PEOPLE).replace('Jaroslav Kvitkin,,1970,', ''))],
      /line 2: expected 15 columns, found 12/,
    ],
    [
      'a quote that never ends',
      () => [fileOf('list.csv', inventedCsv(PEOPLE).replace('Mirela', '"Mirela'))],
      /line \d+: a quoted field/,
    ],
    [
      'another header',
      () => [fileOf('list.csv', inventedCsv(PEOPLE).replace('birth_date', 'geboren'))],
      /line 1: expected columns named "birth_date"/,
    ],
    ['an id twice', () => [fileOf('list.csv', inventedCsv([PEOPLE[0]!, PEOPLE[0]!]))], /line 3: id a stands twice/],
    [
      'no name in a row',
      () => [fileOf('list.csv', inventedCsv([{ id: 'a', name: '' }]))],
      /line 2: expected an id and a name/,
    ],
    ['bytes that are no text', () => [{ name: 'list.csv', bytes: new Uint8Array([0, 1, 2, 0, 0, 3]) }], /list\.csv/],
    [
      'not UTF-8',
      () => [{ name: 'list.csv', bytes: Buffer.from(inventedCsv([{ id: 'a', name: 'José' }]), 'latin1') }],
      /line 2: this is not written in UTF-8/,
    ],
    ['a picture', () => [{ name: 'list.csv', bytes: Buffer.from('89504e470d0a1a0a0000000d', 'hex') }], /list\.csv/],
    [
      'the UN list',
      () => [
        fileOf('list.csv', '<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="2026-01-01"></CONSOLIDATED_LIST>'),
      ],
      /this is the list of the UN/,
    ],
    ['two files', () => [...inventedList(PEOPLE), ...inventedList(PEOPLE)], /is one file/],
    ['no file', () => [], /choose the file/],
    [
      'damaged gzip',
      () => [{ name: 'list.csv.gz', bytes: gzipSync(inventedCsv(PEOPLE)).subarray(0, 60) }],
      /gzip file is cut off/,
    ],
  ]

  test.each(BROKEN)('%s', async (_, files, says) => {
    const { snapshotId } = await bring(inventedList(PEOPLE, { count: 3 }))
    const before = await db().listedParty.count()
    expect(await refusalOf(() => bring(files()))).toMatch(says)
    expect((await current())?.id).toBe(snapshotId)
    expect(await db().listSnapshot.count()).toBe(1)
    expect(await db().listedParty.count()).toBe(before)
    const kept = await db().listImport.findFirst({ where: { outcome: 'failed' } })
    expect(kept?.message).toMatch(says)
  })

  test('100 MB, and a gzip that unfolds to that', async () => {
    await bring(inventedList(PEOPLE))
    const large = new Uint8Array(100 * 1024 * 1024).fill(0x61)
    expect(large.length).toBeGreaterThan(LIST_BYTES_MAX)
    expect(await refusalOf(() => bring([{ name: 'list.csv', bytes: large }]))).toMatch(/larger than 96 MB/)
    expect(await refusalOf(() => bring([{ name: 'list.csv.gz', bytes: gzipSync(large) }]))).toMatch(/larger than 96 MB/)
    expect(await current()).not.toBeNull()
  })

  test('and nothing of it stays when the database fails in the middle', async () => {
    const { snapshotId } = await bring(inventedList(PEOPLE))
    const owner = await database.asOwner()
    await owner.query("ALTER TABLE listed_party ADD CONSTRAINT planted CHECK (external_id <> 'filler-2500')")
    await expect(bring(inventedList(PEOPLE, { count: 3000 }))).rejects.toThrow()
    await owner.query('ALTER TABLE listed_party DROP CONSTRAINT planted')
    expect((await current())?.id).toBe(snapshotId)
    expect(await db().listedParty.count()).toBe(2)
    expect(await db().listSnapshot.count()).toBe(1)
  })
})

describe('Who may bring a list in', () => {
  test('an organizer may not, and a guest sees nothing', async () => {
    await expect(bring(inventedList(PEOPLE), organizer)).rejects.toMatchObject({ code: 'forbidden' })
    const guest = { ...organizer, roles: [] }
    await expect(bring(inventedList(PEOPLE), guest)).rejects.toMatchObject({ code: 'not_found' })
    expect(await db().listSnapshot.count()).toBe(0)
  })
})

describe.skipIf(withoutRealLists)('The lists as OFAC and the UN publish them', () => {
  test('come in whole', { timeout: 60_000 }, async () => {
    await importList(WORKER, { source: 'ofac', files: await realOfac() })
    await importList(WORKER, { source: 'un', files: await realUn() })
    expect(await current('ofac')).toMatchObject({ partyCount: 8_976, rowCount: 34_723, publishedAt: null })
    const un = await current('un')
    expect(un).toMatchObject({ partyCount: 1_003 })
    expect(un?.publishedAt?.toISOString()).toBe('2026-02-27T00:00:09.554Z')
  })
})
