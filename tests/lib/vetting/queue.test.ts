import { beforeAll, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { withdrawGroup } from '#lib/vetting/end-approval.ts'
import { isUnder, listQueue, type QueueRow } from '#lib/vetting/list-queue.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import { requestInformation } from '#lib/vetting/request-information.ts'
import { recommendGroup, startReview } from '#lib/vetting/review-group.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { makeChapter, makePerson } from './people.ts'

useDatabase()
let chapterId = ''
let organizer: UserActor
let first: UserActor
let second: UserActor
const DAY_MS = 86_400_000

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  organizer = await makePerson(chapterId, 'organizer')
  first = await makePerson(chapterId, 'vetting_reviewer')
  second = await makePerson(chapterId, 'vetting_reviewer')
})

const nominate = (name: string) =>
  nominateGroup(organizer, {
    ...{ chapterId, name, legalName: `${name} e.V.`, country: 'Ukraine', region: 'Sumy' },
    summary: 'Brings stoves and firewood to villages near the line.',
  })
const because = (aidGroupId: string) => ({ aidGroupId, reason: 'Papers checked.' })
const queue = async (actor: UserActor): Promise<QueueRow[]> => await listQueue(actor)
const rowOf = (rows: readonly QueueRow[], id: string) => {
  const row = rows.find((candidate) => candidate.id === id)
  if (!row) throw new Error('It is not in the queue.')
  return row
}

test('a dossier that waits says for how long, for whom, and how much of it is open', async () => {
  const id = await nominate('Warm Hands')
  await startReview(first, because(id))
  await requestInformation(first, { aidGroupId: id, section: '', question: 'Who drives?' })
  const row = rowOf(await queue(first), id)
  expect(row).toMatchObject({ status: 'info_requested', holder: 'The aid group', isMine: true, requestsWaiting: 1 })
  expect(row).toMatchObject({ openHits: 0, redGates: 0, endsInDays: null, daysInState: 0, payable: false })
  expect(row.openGates).toBeGreaterThan(10)
  expect(rowOf(await queue(second), id).isMine).toBe(false)
})

test('only who may give the second approval has it waiting for them', async () => {
  const id = await nominate('Second Word')
  await startReview(first, because(id))
  expect(rowOf(await queue(second), id)).toMatchObject({ holder: first.name, waitsForMyApproval: false })
  await recommendGroup(first, because(id))
  const waits = async (actor: UserActor) => rowOf(await queue(actor), id).waitsForMyApproval
  expect([await waits(first), await waits(second), await waits(organizer)]).toEqual([false, true, false])
  const rows = await queue(second)
  expect(rows.filter((row) => isUnder('approve', row)).map((row) => row.id)).toEqual([id])
})

test('an approval that ends within 60 days is under “ending soon”, and approved ones need nobody', async () => {
  const until = (days: number) => new Date(Date.now() + days * DAY_MS)
  const soon = (await plantAidGroup({ chapterId, name: 'Ends soon', approvedUntil: until(20) })).id
  const later = (await plantAidGroup({ chapterId, name: 'Ends later', approvedUntil: until(200) })).id
  const rows = await queue(first)
  expect(rowOf(rows, soon)).toMatchObject({ endsInDays: 19, payable: true })
  expect(rowOf(rows, later)).toMatchObject({ openGates: 0, openHits: 0, holder: 'Nobody' })
  const ending = rows.filter((row) => isUnder('ending', row)).map(({ id }) => id)
  expect([ending.includes(soon), ending.includes(later)]).toEqual([true, false])
})

test('what has waited longest for somebody is on top, what is approved below it, what was withdrawn last', async () => {
  const chapter = await makeChapter()
  const nominator = await makePerson(chapter.id, 'organizer', 'vetting_reviewer')
  const make = async (name: string) => {
    const facts = { chapterId: chapter.id, legalName: `${name} e.V.`, country: 'Ukraine', region: 'Sumy' }
    const summary = 'Brings stoves and firewood to villages near the line.'
    return await nominateGroup(nominator, { ...facts, name, summary })
  }
  const fresh = await make('Fresh')
  const gone = await make('Gone')
  await withdrawGroup(nominator, because(gone))
  const approved = (await plantAidGroup({ chapterId: chapter.id, name: 'Approved' })).id
  const old = await make('Old')
  const order = (await queue(nominator)).map(({ id }) => id)
  expect(order).toEqual([fresh, old, approved, gone])
})

test('another chapter’s dossiers are in nobody else’s queue', async () => {
  const stranger = await makePerson((await makeChapter()).id, 'vetting_reviewer')
  expect(await queue(stranger)).toEqual([])
})
