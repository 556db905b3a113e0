import { beforeAll, describe, expect, test } from 'vitest'
import type { SystemActor, UserActor } from '#lib/auth/types.ts'
import { now, replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { importList } from '#lib/screening/import-list.ts'
import { loadIndex } from '#lib/screening/load-index.ts'
import { listRuns } from '#lib/screening/queries.ts'
import { rescreenAll } from '#lib/screening/start-run.ts'
import { rescreenGroups, screenAidGroup, screenDueGroups } from '#lib/vetting/screen-group.ts'
import { makeChapter, makePerson } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { inventedList } from './lists.ts'

const database = useDatabase()
const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const NOBODY = { id: 'n', name: 'Qwxzar Vbnmkolt' }
const LISTED = { id: 'm', name: 'Остап Мельник', aliases: 'Ostap Melnyk', born: '1961' }
const DAY_MS = 86_400_000
let chapterId = ''
let reviewer: UserActor
let listed = ''
let clear = ''
let submitted = ''

const bring = (people: (typeof NOBODY)[], seen: string) =>
  importList(WORKER, { source: 'demonstration', files: inventedList(people, { count: 60, seen }) })
const newestRun = async () =>
  (await db().screeningRun.findFirstOrThrow({ orderBy: [{ startedAt: 'desc' }, { id: 'desc' }] })).id
const statusOf = async (id: string) => (await db().aidGroup.findUniqueOrThrow({ where: { id } })).status
const gapOf = async (id: string) =>
  (await db().$queryRaw<{ gap: string | null }[]>`SELECT aid_group_screening_gap(${id}::uuid, ${now()}) AS gap`)[0]?.gap

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
  await bring([NOBODY], '2026-11-01')
  listed = (await plantAidGroup({ chapterId, name: 'Listed kitchen' })).id
  clear = (await plantAidGroup({ chapterId, name: 'Clear kitchen' })).id
  const { nominatedById } = { nominatedById: reviewer.userId }
  const facts = {
    slug: 'just-submitted',
    name: 'Just submitted',
    summary: 'New.',
    country: 'UA',
    region: 'Lviv',
    chapterId,
  }
  submitted = (await db().aidGroup.create({ data: { ...facts, status: 'submitted', nominatedById } })).id
  const second = (
    await db().dossierPerson.findFirstOrThrow({ where: { aidGroupId: clear, nameLatin: 'Ostap Melnyk' } })
  ).id
  await db().dossierPerson.update({ where: { id: second }, data: { removedBy: 'system:seed', removedAt: new Date() } })
  await rescreenGroups({ runId: await newestRun() })
})

describe('After a new list', () => {
  test('no money goes to anybody before they were screened against it', async () => {
    expect(await gapOf(listed)).toBeNull()
    await bring([LISTED], '2026-11-02')
    expect(await gapOf(listed)).toBe('screening_list')
    expect(await gapOf(clear)).toBe('screening_list')
  })

  test('an approved aid group with somebody on it is held; the others go on', async () => {
    await rescreenGroups({ runId: await newestRun() })
    expect(await statusOf(listed)).toBe('rescreen_hit')
    expect(await gapOf(listed)).toBe('screening_hit')
    expect(await statusOf(clear)).toBe('approved')
    expect(await gapOf(clear)).toBeNull()
    const [run] = await listRuns(reviewer)
    expect(run).toMatchObject({ done: 3, total: 3, hits: 1, cause: 'new_list' })
    expect(run?.finishedAt).not.toBeNull()
  })

  test('the hit says why, with the name as the aid group and as the list write it', async () => {
    const screening = await db().screening.findFirstOrThrow({
      where: { aidGroupId: listed },
      orderBy: { at: 'desc' },
      include: { hits: true },
    })
    expect(screening.hits).toHaveLength(1)
    expect(screening.hits[0]).toMatchObject({ source: 'demonstration', externalId: 'm', blocks: false })
    expect(screening.hits[0]?.personId).not.toBeNull()
    expect(screening.hits[0]?.score).toBeGreaterThanOrEqual(0.7)
  })

  test('a submitted aid group is under screening once it was screened', async () => {
    expect(await statusOf(submitted)).toBe('screening')
  })
})

describe('A run', () => {
  test('goes on where it was killed: nobody twice, nobody left out', async () => {
    await rescreenAll(reviewer, { cause: 'by_hand' })
    const runId = await newestRun()
    // As if the worker had died after the first aid group.
    await screenAidGroup(WORKER, { aidGroupId: clear, runId })
    expect(await db().screeningRun.findUnique({ where: { id: runId } })).toMatchObject({ done: 1, finishedAt: null })
    await rescreenGroups({ runId })
    expect(await db().screening.count({ where: { runId } })).toBe(3)
    expect(await db().screeningRun.findUnique({ where: { id: runId } })).toMatchObject({ done: 3, total: 3 })
  })

  test('done already does nothing when it is started again', async () => {
    const runId = await newestRun()
    const before = await db().screening.count()
    await rescreenGroups({ runId })
    expect(await db().screening.count()).toBe(before)
  })

  test('leaves the work to a newer one', async () => {
    await rescreenAll(reviewer, { cause: 'by_hand' })
    const older = await newestRun()
    await rescreenAll(reviewer, { cause: 'by_hand' })
    await rescreenGroups({ runId: older })
    expect(await db().screening.count({ where: { runId: older } })).toBe(0)
    await rescreenGroups({ runId: await newestRun() })
    expect(await gapOf(clear)).toBeNull()
  })

  test('with one aid group that fails screens the others and is tried again', async () => {
    await rescreenAll(reviewer, { cause: 'by_hand' })
    const runId = await newestRun()
    const owner = await database.asOwner()
    await owner.query(`ALTER TABLE screening ADD CONSTRAINT planted CHECK (aid_group_id <> '${clear}') NOT VALID`)
    await expect(rescreenGroups({ runId })).rejects.toMatchObject({ code: 'unavailable' })
    expect(await db().screeningRun.findUnique({ where: { id: runId } })).toMatchObject({ done: 2, finishedAt: null })
    await owner.query('ALTER TABLE screening DROP CONSTRAINT planted')
    await rescreenGroups({ runId })
    expect(await db().screeningRun.findUnique({ where: { id: runId } })).toMatchObject({ done: 3 })
  })
})

describe('Between lists', () => {
  test('a person who joins makes the screening out of date, and the sweep mends it', async () => {
    await db().dossierPerson.create({
      data: {
        aidGroupId: clear,
        roles: ['owner'],
        nameOriginal: 'Ганна Левченко',
        nameLatin: 'Hanna Levchenko',
        aliases: [],
        addedBy: 'system:seed',
      },
    })
    expect(await gapOf(clear)).toBe('screening_list')
    expect(await screenDueGroups(WORKER)).toBe(1)
    expect(await gapOf(clear)).toBeNull()
    expect(await screenDueGroups(WORKER)).toBe(0)
  })

  test('a screening of 30 days ago is too old; after 20 the sweep makes a new one', async () => {
    const later = new Date(Date.now() + 31 * DAY_MS)
    const restore = replaceClock(() => later)
    expect(await gapOf(clear)).toBe('screening_age')
    expect(await screenDueGroups(WORKER)).toBe(3)
    expect(await gapOf(clear)).toBeNull()
    restore()
  })

  test('only a reviewer of the chapter screens by hand', async () => {
    const organizer = await makePerson(chapterId, 'organizer')
    const stranger = await makePerson((await makeChapter()).id, 'vetting_reviewer')
    await expect(screenAidGroup(organizer, { aidGroupId: clear })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(screenAidGroup(stranger, { aidGroupId: clear })).rejects.toMatchObject({ code: 'not_found' })
    await screenAidGroup(reviewer, { aidGroupId: clear })
    await expect(rescreenAll(organizer, { cause: 'by_hand' })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

test('the index is built once for the lists in force, and anew when another comes in', async () => {
  const first = await loadIndex()
  expect(await loadIndex()).toBe(first)
  await bring([LISTED, NOBODY], '2026-11-09')
  const second = await loadIndex()
  expect(second).not.toBe(first)
  expect(second?.snapshotIds).not.toEqual(first?.snapshotIds)
})

test('a name in letters nobody can compare is not called clear', async () => {
  await db().dossierPerson.create({
    data: {
      aidGroupId: submitted,
      roles: ['owner'],
      nameOriginal: 'ប៉ុល ពត',
      nameLatin: 'Pwxol Ptqat',
      aliases: [],
      addedBy: 'system:seed',
    },
  })
  const { unsupportedScripts } = await screenAidGroup(WORKER, { aidGroupId: submitted })
  expect(unsupportedScripts).toContain('Khmer')
})
