import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { buildIndex, buildIndexInTurns } from '#lib/screening/build-index.ts'
import { importUpload } from '#lib/screening/import-upload.ts'
import { findUpload, listSources, listUploads } from '#lib/screening/queries.ts'
import { searchIndex } from '#lib/screening/search-index.ts'
import type { ListedEntry } from '#lib/screening/types.ts'
import { uploadList } from '#lib/screening/upload-list.ts'
import { makeChapter, makePerson } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { clearLists, fileOf, inventedCsv, inventedList, refusalOf } from './lists.ts'

const database = useDatabase()
const source = 'demonstration'
const PEOPLE = [
  { id: 'a', name: 'Jaroslav Kvitkin', born: '1970' },
  { id: 'b', name: 'Mirela Dostanova' },
]
let reviewer: UserActor
let organizer: UserActor

const current = () => db().listSnapshot.findFirst({ where: { source, status: 'current' } })
const waitingJobs = async (uploadId: string) => {
  const [row] = await db().$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM graphile_worker.jobs WHERE key = ${`import-list:${uploadId}`}`
  return row?.count
}

beforeAll(async () => {
  const { id } = await makeChapter()
  reviewer = await makePerson(id, 'vetting_reviewer')
  organizer = await makePerson(id, 'organizer')
})
beforeEach(() => clearLists(database))

describe('A list that a person sends', () => {
  test('is only kept by the request: no file is read and nothing is in force before the worker comes', async () => {
    const broken = fileOf('list.csv', 'this is no list')
    const uploadId = await uploadList(reviewer, { source, files: [broken] })
    expect(await current()).toBeNull()
    expect(await findUpload(reviewer, uploadId)).toMatchObject({ stage: 'waiting', outcome: null })
    expect(await listUploads(reviewer)).toHaveLength(1)
    expect(await waitingJobs(uploadId)).toBe(1)
  })

  test('comes in by the job, byte for byte, in the name of whoever sent it', async () => {
    // Long enough for several pieces.
    const [file] = inventedList(PEOPLE, { count: 30_000 })
    const uploadId = await uploadList(reviewer, { source, files: [file!] })
    expect(await db().listUploadPart.count({ where: { uploadId } })).toBeGreaterThan(2)
    await importUpload({ uploadId })
    const snapshot = await current()
    expect(snapshot).toMatchObject({ partyCount: 30_002, importedBy: reviewer.userId, byteCount: file!.bytes.length })
    expect(await findUpload(reviewer, uploadId)).toMatchObject({
      ...{ stage: 'done', outcome: 'current', snapshotId: snapshot?.id, done: 30_002, total: 30_002 },
    })
    expect(await db().listUploadPart.count({ where: { uploadId } })).toBe(0)
    expect(await listUploads(reviewer)).toEqual([])
  })

  test('that was brought in already is not brought in again by a job that runs twice', async () => {
    const uploadId = await uploadList(reviewer, { source, files: inventedList(PEOPLE) })
    await importUpload({ uploadId })
    await importUpload({ uploadId })
    expect(await db().listImport.count()).toBe(1)
    expect(await db().screeningRun.count()).toBe(1)
  })

  test('and cannot be read says file, line and what was expected on its own page; the list in force stays', async () => {
    await importUpload({ uploadId: await uploadList(reviewer, { source, files: inventedList(PEOPLE) }) })
    const before = await current()
    const cut = fileOf('list.csv', inventedCsv(PEOPLE).slice(0, -12))
    const uploadId = await uploadList(reviewer, { source, files: [cut] })
    await importUpload({ uploadId })
    const upload = await findUpload(reviewer, uploadId)
    expect(upload).toMatchObject({ outcome: 'failed', stage: 'done', snapshotId: null })
    expect(upload.message).toMatch(/^list\.csv, line 3: the last line is cut off/)
    expect(await current()).toEqual(before)
    const shown = (await listSources(reviewer)).find((one) => one.source === source)
    expect(shown?.failure?.message).toBe(upload.message)
    expect(await db().listUploadPart.count()).toBe(0)
  })

  test('says how far it is while its parties are written', async () => {
    const uploadId = await uploadList(reviewer, { source, files: inventedList(PEOPLE, { count: 5_000 }) })
    const owner = await database.asOwner()
    // The last step waits, so the parties before it are written and the list is not in force yet.
    await owner.query('BEGIN')
    await owner.query('LOCK TABLE list_import IN SHARE MODE')
    const importing = importUpload({ uploadId })
    try {
      await expect.poll(async () => (await findUpload(reviewer, uploadId)).done, { timeout: 20_000 }).toBe(5_002)
      expect(await findUpload(reviewer, uploadId)).toMatchObject({ stage: 'writing', total: 5_002, outcome: null })
      expect(await current()).toBeNull()
    } finally {
      await owner.query('COMMIT')
      await importing
    }
    expect(await current()).not.toBeNull()
  })

  test('by somebody who has lost their role since is refused, and says so', async () => {
    const leaving = await makePerson((await makeChapter()).id, 'vetting_reviewer')
    const uploadId = await uploadList(leaving, { source, files: inventedList(PEOPLE) })
    await db().user.update({ where: { id: leaving.userId }, data: { disabledAt: new Date() } })
    await importUpload({ uploadId })
    expect(await findUpload(reviewer, uploadId)).toMatchObject({ outcome: 'failed' })
    expect(await current()).toBeNull()
  })

  test('is taken from a vetting reviewer only, and not without a file', async () => {
    await expect(uploadList(organizer, { source, files: inventedList(PEOPLE) })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await refusalOf(() => uploadList(reviewer, { source, files: [] }))).toMatch(/choose the file/)
    expect(await refusalOf(() => uploadList(reviewer, { source, files: [fileOf('l.csv', '')] }))).toMatch(/is empty/)
    expect(await db().listUpload.count()).toBe(0)
  })
})

describe('The database', () => {
  test('keeps the files of an upload until they were read, and what came of it for good', async () => {
    const uploadId = await uploadList(reviewer, { source, files: inventedList(PEOPLE) })
    const app = await database.asApp()
    const drop = () => app.query('DELETE FROM list_upload_part WHERE upload_id = $1', [uploadId])
    await expect(drop()).rejects.toMatchObject({ code: 'CP301' })
    await expect(app.query('DELETE FROM list_upload')).rejects.toMatchObject({ code: '42501' })
    await importUpload({ uploadId })
    await expect(app.query("UPDATE list_upload SET stage = 'reading'")).rejects.toMatchObject({ code: 'CP301' })
  })
})

test('an index built in turns is the same, and others get theirs every few names', async () => {
  const names = Array.from({ length: 3_000 }, (_, at) => `Zybr${at} Oquel${at % 97} Марко${at % 53}`)
  const entries: ListedEntry[] = names.map((name, at) => ({
    ...{ partyId: `x:${at}`, source: 'x', externalId: String(at), kind: 'person', birthDates: [], countries: [] },
    ...{ names: [{ name, kind: 'primary' }], identifiers: [] },
  }))
  let turns = 0
  let isBuilt = false
  const take = () => {
    turns += 1
    if (!isBuilt) setImmediate(take)
  }
  setImmediate(take)
  const inTurns = await buildIndexInTurns(entries)
  isBuilt = true
  expect(turns).toBeGreaterThan(names.length / 30)
  const atOnce = buildIndex(entries)
  expect(inTurns.vocabulary.length).toBe(atOnce.vocabulary.length)
  for (const name of names.slice(0, 20)) {
    expect(searchIndex(inTurns, { name })).toEqual(searchIndex(atOnce, { name }))
  }
})
