import { beforeAll, describe, expect, test } from 'vitest'
import type { SystemActor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { importList } from '#lib/screening/import-list.ts'
import { findScreening, listOpenHits } from '#lib/screening/list-hits.ts'
import { answerHit } from '#lib/vetting/answer-hit.ts'
import { screenAidGroup } from '#lib/vetting/screen-group.ts'
import { makeChapter, makePerson } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { inventedList, type Listed } from './lists.ts'

const database = useDatabase()
const WORKER: SystemActor = { kind: 'system', name: 'worker' }
const NAMESAKE = { id: 'm', name: 'Остап Мельник', aliases: 'Ostap Melnyk', born: '1961' }
const REASON = 'Another birth date, another town, another face.'
let chapterId = ''
let nominator: UserActor
let reviewer: UserActor
let second: UserActor
let day = 1

const bring = (people: Listed[]) =>
  importList(WORKER, {
    source: 'demonstration',
    files: inventedList(people, { count: 60, seen: `2026-11-${String(day++).padStart(2, '0')}` }),
  })
const statusOf = async (id: string) => (await db().aidGroup.findUniqueOrThrow({ where: { id } })).status
const gapOf = async (id: string) => (await findScreening(id, now()))?.gap
const onlyHit = async (aidGroupId: string) => {
  const hits = await listOpenHits(aidGroupId)
  expect(hits).toHaveLength(1)
  return hits[0]!
}
/** An approved aid group that a list has just named. */
async function heldGroup(people: Listed[] = [NAMESAKE]): Promise<{ aidGroupId: string; hitKey: string }> {
  await bring([{ id: 'n', name: 'Qwxzar Vbnmkolt' }])
  const { id: aidGroupId } = await plantAidGroup({ chapterId, nominatedById: nominator.userId })
  await bring(people)
  await screenAidGroup(WORKER, { aidGroupId })
  return { aidGroupId, hitKey: (await onlyHit(aidGroupId)).hitKey }
}

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  nominator = await makePerson(chapterId, 'organizer', 'vetting_reviewer')
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
  second = await makePerson(chapterId, 'vetting_reviewer')
})

describe('A hit', () => {
  test('takes an approved aid group out of its approval, and says why it is one', async () => {
    const { aidGroupId } = await heldGroup()
    expect(await statusOf(aidGroupId)).toBe('rescreen_hit')
    expect(await gapOf(aidGroupId)).toBe('screening_hit')
    const hit = await onlyHit(aidGroupId)
    expect(hit).toMatchObject({ answer: 'open', source: 'demonstration', externalId: 'm' })
    expect(hit.reasons.length).toBeGreaterThan(0)
    expect(hit.party?.birthDates).toEqual(['1961'])
  })

  test('that is another party is answered once, with a reason', async () => {
    const { aidGroupId, hitKey } = await heldGroup()
    await expect(
      answerHit(reviewer, { aidGroupId, hitKey, verdict: 'false_positive', reason: ' ' }),
    ).rejects.toMatchObject({ code: 'invalid_input' })
    await answerHit(reviewer, { aidGroupId, hitKey, verdict: 'false_positive', reason: REASON })
    expect(await gapOf(aidGroupId)).toBeNull()
    expect(await listOpenHits(aidGroupId)).toEqual([])
    const hits = (await findScreening(aidGroupId, now()))?.hits
    expect(hits?.[0]).toMatchObject({
      answer: 'false_positive',
      dispositions: [{ reason: REASON, byId: reviewer.userId }],
    })
    expect(
      await db().auditEvent.count({ where: { subjectId: aidGroupId, action: 'screening_hit.false_positive' } }),
    ).toBe(1)
  })

  test('stays answered when a new list says the same of that party', async () => {
    const { aidGroupId, hitKey } = await heldGroup()
    await answerHit(reviewer, { aidGroupId, hitKey, verdict: 'false_positive', reason: REASON })
    await bring([NAMESAKE, { id: 'z', name: 'Zorqat Hwilm' }])
    await screenAidGroup(WORKER, { aidGroupId })
    expect(await gapOf(aidGroupId)).toBeNull()
  })

  test('is open again when the publisher changed its entry', async () => {
    const { aidGroupId, hitKey } = await heldGroup()
    await answerHit(reviewer, { aidGroupId, hitKey, verdict: 'false_positive', reason: REASON })
    await bring([{ ...NAMESAKE, born: '1988' }])
    await screenAidGroup(WORKER, { aidGroupId })
    expect(await gapOf(aidGroupId)).toBe('screening_hit')
    expect((await onlyHit(aidGroupId)).hitKey).not.toBe(hitKey)
    await expect(
      answerHit(second, { aidGroupId, hitKey, verdict: 'false_positive', reason: REASON }),
    ).rejects.toMatchObject({ code: 'wrong_state' })
  })

  test('that is the same party suspends the aid group at once', async () => {
    const { aidGroupId, hitKey } = await heldGroup()
    await answerHit(reviewer, { aidGroupId, hitKey, verdict: 'true_match', reason: 'Same passport, same photograph.' })
    expect(await statusOf(aidGroupId)).toBe('suspended')
    expect(await gapOf(aidGroupId)).toBe('screening_hit')
    await screenAidGroup(WORKER, { aidGroupId })
    expect(await statusOf(aidGroupId)).toBe('suspended')
  })

  test('called the same party can be called another one only by somebody else', async () => {
    const { aidGroupId, hitKey } = await heldGroup()
    await answerHit(reviewer, { aidGroupId, hitKey, verdict: 'true_match', reason: 'Same name and town.' })
    const back = { aidGroupId, hitKey, verdict: 'false_positive', reason: REASON }
    await expect(answerHit(reviewer, back)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await answerHit(second, back)
    expect(await gapOf(aidGroupId)).toBeNull()
  })
})

describe('An equal identifier', () => {
  const registered = { id: 'r', name: 'Quorra Zelmyk Ltd', identifiers: '41234567' }

  test('is a hit whatever the name is, and two people have to call it another party', async () => {
    const { aidGroupId, hitKey } = await heldGroup([registered])
    const answer = { aidGroupId, hitKey, verdict: 'false_positive', reason: 'The number is of another register.' }
    expect(await onlyHit(aidGroupId)).toMatchObject({ blocks: true, answer: 'open' })
    await answerHit(reviewer, answer)
    expect(await onlyHit(aidGroupId)).toMatchObject({ answer: 'second_word' })
    expect(await gapOf(aidGroupId)).toBe('screening_hit')
    await expect(answerHit(reviewer, answer)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await answerHit(second, answer)
    expect(await gapOf(aidGroupId)).toBeNull()
  })

  test('called the same party in between needs both words anew', async () => {
    const { aidGroupId, hitKey } = await heldGroup([registered])
    const answer = (verdict: string) => ({ aidGroupId, hitKey, verdict, reason: 'As the register says.' })
    await answerHit(reviewer, answer('false_positive'))
    await answerHit(second, answer('true_match'))
    await answerHit(reviewer, answer('false_positive'))
    expect(await onlyHit(aidGroupId)).toMatchObject({ answer: 'second_word' })
  })
})

describe('Who answers', () => {
  test('is a vetting reviewer of the chapter who is free of the aid group, in lib and in the database', async () => {
    const { aidGroupId, hitKey } = await heldGroup()
    const answer = { aidGroupId, hitKey, verdict: 'false_positive', reason: REASON }
    const organizer = await makePerson(chapterId, 'organizer', 'treasurer', 'auditor')
    const stranger = await makePerson((await makeChapter()).id, 'vetting_reviewer')
    await expect(answerHit(organizer, answer)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(answerHit(stranger, answer)).rejects.toMatchObject({ code: 'not_found' })
    await expect(answerHit({ kind: 'guest' }, answer)).rejects.toMatchObject({ code: 'not_signed_in' })
    await expect(answerHit(WORKER, answer)).rejects.toMatchObject({ code: 'not_signed_in' })
    await expect(answerHit(nominator, answer)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    const account = await db().dossierBankAccount.findFirstOrThrow({ where: { aidGroupId } })
    const enterer = { ...reviewer, userId: account.enteredBy }
    await expect(answerHit(enterer, answer)).rejects.toMatchObject({ code: 'segregation_of_duties' })

    const app = await database.asApp()
    const say = (userId: string, key = hitKey) =>
      app.query(
        "INSERT INTO hit_disposition (aid_group_id, hit_key, verdict, reason, decided_by_id) VALUES ($1, $2, 'false_positive', 'By hand.', $3)",
        [aidGroupId, key, userId],
      )
    await expect(say(nominator.userId)).rejects.toMatchObject({ code: 'CP352' })
    await expect(say(account.enteredBy)).rejects.toMatchObject({ code: 'CP352' })
    await expect(say(reviewer.userId, 'f'.repeat(64))).rejects.toMatchObject({ code: 'CP351' })
    expect(await gapOf(aidGroupId)).toBe('screening_hit')
    // Whoever may not free somebody may still stop money.
    await answerHit(nominator, { ...answer, verdict: 'true_match' })
    expect(await statusOf(aidGroupId)).toBe('suspended')
  })

  test('answers and screenings never change, whoever asks', async () => {
    const { aidGroupId, hitKey } = await heldGroup()
    await answerHit(reviewer, { aidGroupId, hitKey, verdict: 'false_positive', reason: REASON })
    const owner = await database.asOwner()
    for (const table of ['hit_disposition', 'screening_hit', 'screening']) {
      await expect(owner.query(`DELETE FROM ${table} WHERE aid_group_id = $1`, [aidGroupId])).rejects.toThrow()
      await expect(
        owner.query(`UPDATE ${table} SET aid_group_id = aid_group_id WHERE aid_group_id = $1`, [aidGroupId]),
      ).rejects.toThrow()
    }
  })
})

test('two who bear one name are two hits, and one name under several spellings is one', async () => {
  const { aidGroupId } = await heldGroup()
  await db().dossierPerson.create({
    data: {
      aidGroupId,
      roles: ['owner'],
      nameOriginal: 'Ostap Melnyk',
      nameLatin: 'Ostap Melnyk',
      aliases: ['Остап Мельник'],
      addedBy: 'system:seed',
    },
  })
  await screenAidGroup(WORKER, { aidGroupId })
  const hits = await listOpenHits(aidGroupId)
  expect(hits).toHaveLength(2)
  expect(new Set(hits.map(({ personId }) => personId)).size).toBe(2)
})
