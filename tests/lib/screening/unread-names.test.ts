import { beforeAll, describe, expect, test } from 'vitest'
import type { SystemActor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { importList } from '#lib/screening/import-list.ts'
import { findScreening, listOpenHits } from '#lib/screening/list-hits.ts'
import { answerHit } from '#lib/vetting/answer-hit.ts'
import { listGates } from '#lib/vetting/list-gates.ts'
import { screenAidGroup, screenDueGroups } from '#lib/vetting/screen-group.ts'
import { makeChapter, makePerson } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { inventedList } from './lists.ts'

const database = useDatabase()
const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const KHMER = 'ប៉ុល ពត'
const REASON = 'Reads Pwxol Ptqat; a translator of the chapter read it, and nobody is like it.'
let chapterId = ''
let nominator: UserActor
let reviewer: UserActor
let day = 1

const bring = () =>
  importList(WORKER, {
    source: 'demonstration',
    files: inventedList([{ id: 'n', name: 'Qwxzar Vbnmkolt' }], {
      count: 60,
      seen: `2026-11-${String(day++).padStart(2, '0')}`,
    }),
  })
const statusOf = async (id: string) => (await db().aidGroup.findUniqueOrThrow({ where: { id } })).status
const gapOf = async (id: string) =>
  (await db().$queryRaw<{ gap: string | null }[]>`SELECT aid_group_screening_gap(${id}::uuid, ${now()}) AS gap`)[0]?.gap
const screeningGate = async (id: string) => (await listGates(db(), id)).find(({ gate }) => gate === 'screening')
const addPerson = (aidGroupId: string, nameLatin: string, aliases: string[] = []) =>
  db().dossierPerson.create({
    data: { aidGroupId, roles: ['owner'], nameOriginal: KHMER, nameLatin, aliases, addedBy: 'system:seed' },
  })
/** An approved aid group that has just named somebody in Khmer letters, and was screened. */
async function unreadGroup(nameLatin = 'Pwxol Ptqat') {
  const { id: aidGroupId } = await plantAidGroup({ chapterId, nominatedById: nominator.userId })
  await addPerson(aidGroupId, nameLatin)
  await screenAidGroup(WORKER, { aidGroupId })
  const [hit, ...more] = await listOpenHits(aidGroupId)
  expect(more).toEqual([])
  return { aidGroupId, hit: hit! }
}
const free = (aidGroupId: string, hitKey: string, actor = reviewer) =>
  answerHit(actor, { aidGroupId, hitKey, verdict: 'false_positive', reason: REASON })

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  nominator = await makePerson(chapterId, 'organizer', 'vetting_reviewer')
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
  await bring()
})

describe('A name in letters that cannot be compared', () => {
  test('is an open finding that names the script, and keeps the gate and money shut', async () => {
    const { aidGroupId, hit } = await unreadGroup()
    expect(hit).toMatchObject({ queryName: KHMER, source: null, unreadScripts: ['Khmer'], answer: 'open', party: null })
    expect(await gapOf(aidGroupId)).toBe('screening_hit')
    expect(await statusOf(aidGroupId)).toBe('rescreen_hit')
    const change = await db().aidGroupStatusChange.findFirst({ where: { aidGroupId }, orderBy: { at: 'desc' } })
    expect(change?.reason).toContain('a name in letters that cannot be compared')
    expect(await screeningGate(aidGroupId)).toMatchObject({
      state: 'red',
      missing: expect.stringMatching(/letters cannot be read \(Khmer\): a person has to say who it is/),
    })
  })

  test('is green only after a reviewer who is free of the aid group said who it is, with a reason', async () => {
    const { aidGroupId, hit } = await unreadGroup()
    await expect(free(aidGroupId, hit.hitKey, nominator)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await expect(
      answerHit(reviewer, { aidGroupId, hitKey: hit.hitKey, verdict: 'false_positive', reason: '' }),
    ).rejects.toMatchObject({ code: 'invalid_input' })
    await free(aidGroupId, hit.hitKey)
    expect(await gapOf(aidGroupId)).toBeNull()
    expect(await screeningGate(aidGroupId)).toMatchObject({ state: 'green', missing: null })
    const found = (await findScreening(aidGroupId, now()))?.hits
    expect(found).toMatchObject([{ answer: 'false_positive', dispositions: [{ reason: REASON }] }])
  })

  test('that is somebody on a list suspends the aid group', async () => {
    const { aidGroupId, hit } = await unreadGroup()
    await answerHit(reviewer, {
      aidGroupId,
      hitKey: hit.hitKey,
      verdict: 'true_match',
      reason: 'Entry 12 of the list.',
    })
    expect(await statusOf(aidGroupId)).toBe('suspended')
  })

  test('stays answered over a new list while its Latin spelling is compared, and opens when that changes', async () => {
    const { aidGroupId, hit } = await unreadGroup()
    await free(aidGroupId, hit.hitKey)
    await bring()
    await screenAidGroup(WORKER, { aidGroupId })
    expect(await gapOf(aidGroupId)).toBeNull()
    const person = await db().dossierPerson.findFirstOrThrow({ where: { aidGroupId, nameOriginal: KHMER } })
    await db().dossierPerson.update({
      where: { id: person.id },
      data: { removedBy: 'system:seed', removedAt: new Date() },
    })
    await addPerson(aidGroupId, 'Another Reading')
    await screenAidGroup(WORKER, { aidGroupId })
    expect(await gapOf(aidGroupId)).toBe('screening_hit')
  })

  test('without any other spelling is asked about again with every new list', async () => {
    const { aidGroupId, hit } = await unreadGroup(KHMER)
    await free(aidGroupId, hit.hitKey)
    expect(await gapOf(aidGroupId)).toBeNull()
    await bring()
    await screenAidGroup(WORKER, { aidGroupId })
    expect(await gapOf(aidGroupId)).toBe('screening_hit')
  })
})

test('parties that are nobody of the dossier’s people are each answered for: one’s hit or readable name does not stand for another’s', async () => {
  const { id: aidGroupId } = await plantAidGroup({ chapterId, nominatedById: nominator.userId })
  const say = (section: 'past_work' | 'delivery', data: object) =>
    db().dossierSection.create({
      data: { aidGroupId, section, version: 9, data, digest: 'a'.repeat(64), savedBy: 'system:seed' },
    })
  await say('past_work', { examples: [{ partner: 'Qwxzar Vbnmkolt' }, { partner: 'Plain Readable Partner' }] })
  await say('delivery', { intermediaries: `Qwxzar Vbnmkolt LLC\n${KHMER}` })
  await screenAidGroup(WORKER, { aidGroupId })
  const open = await listOpenHits(aidGroupId)
  expect(open.map(({ queryName }) => queryName).sort()).toEqual(['Qwxzar Vbnmkolt', 'Qwxzar Vbnmkolt LLC', KHMER])
  for (const { hitKey } of open) await free(aidGroupId, hitKey)
  expect(await listOpenHits(aidGroupId)).toEqual([])
  await bring()
  await screenAidGroup(WORKER, { aidGroupId })
  expect((await listOpenHits(aidGroupId)).map(({ queryName }) => queryName)).toEqual([KHMER])
})

test('a screening that lost its unread names does not count, whoever wrote it, and is made anew', async () => {
  const { id: aidGroupId } = await plantAidGroup({ chapterId, nominatedById: nominator.userId })
  await addPerson(aidGroupId, 'Pwxol Ptqat')
  const app = await database.asApp()
  const names = JSON.stringify([{ name: KHMER, kind: 'person', unsupportedScripts: ['Khmer'], hits: 0 }])
  await app.query(
    `INSERT INTO screening (aid_group_id, by, names_digest, names, snapshot_ids, unsupported_scripts)
     SELECT $1, 'system:worker', aid_group_names_digest($1), $2, ARRAY(SELECT id FROM list_snapshot WHERE status = 'current'), '{}'`,
    [aidGroupId, names],
  )
  expect(await gapOf(aidGroupId)).toBe('screening_list')
  await db().screeningRun.updateMany({ where: { finishedAt: null }, data: { finishedAt: now() } })
  await screenDueGroups(WORKER)
  expect(await gapOf(aidGroupId)).toBe('screening_hit')
})

test('the database takes no finding that names neither an entry nor a script', async () => {
  const { aidGroupId } = await unreadGroup()
  const app = await database.asApp()
  await expect(
    app.query(
      `INSERT INTO screening_hit (screening_id, aid_group_id, query_name, external_id, party_digest, matched_name, score, reasons, hit_key)
       SELECT id, aid_group_id, 'x', '', '', '', 0, '[]', $2 FROM screening WHERE aid_group_id = $1 LIMIT 1`,
      [aidGroupId, 'a'.repeat(64)],
    ),
  ).rejects.toThrow(/screening_hit_unread/)
})
