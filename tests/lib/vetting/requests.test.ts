import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import { requestInformation } from '#lib/vetting/request-information.ts'
import { startReview } from '#lib/vetting/review-group.ts'
import { useDatabase } from '#tests/support/database.ts'
import { makeChapter, makePerson } from './people.ts'

useDatabase()
let chapterId = ''
let organizer: UserActor
let reviewer: UserActor
let stranger: UserActor
let aidGroupId = ''

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  organizer = await makePerson(chapterId, 'organizer')
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
  stranger = await makePerson((await makeChapter()).id, 'vetting_reviewer')
})
beforeEach(async () => {
  aidGroupId = await nominateGroup(organizer, {
    ...{ chapterId, name: 'Warm Hands', legalName: 'Warm Hands z.s.', country: 'Ukraine', region: 'Sumy' },
    summary: 'Brings stoves and firewood to villages near the line.',
  })
})

const ask = (changes: object = {}) => ({ aidGroupId, section: 'governance', question: 'Which clause?', ...changes })
const status = async () => (await db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })).status
const requests = () => db().informationRequest.findMany({ where: { aidGroupId }, orderBy: { id: 'asc' } })

test('the first question stops the review until it is answered; a second one joins it', async () => {
  await startReview(reviewer, { aidGroupId, reason: 'Complete.' })
  const { requestId: first } = await requestInformation(reviewer, ask())
  expect(await status()).toBe('info_requested')
  const { requestId: second } = await requestInformation(reviewer, ask({ section: '', question: 'Who drives?' }))
  expect((await requests()).map(({ id, section, question }) => [id, section, question])).toEqual([
    [first, 'governance', 'Which clause?'],
    [second, null, 'Who drives?'],
  ])
  const events = await db().auditEvent.findMany({ where: { subjectId: aidGroupId }, orderBy: { id: 'asc' } })
  expect(events.slice(-2).map(({ action, actorId }) => [action, actorId])).toEqual([
    ['aid_group.request_info', reviewer.userId],
    ['aid_group.ask_again', reviewer.userId],
  ])
})

test('nobody asks outside of a review, and nothing is left of the attempt', async () => {
  await expect(requestInformation(reviewer, ask())).rejects.toMatchObject({ code: 'wrong_state' })
  expect(await requests()).toEqual([])
})

test('an organizer cannot ask, neither first nor second', async () => {
  await startReview(reviewer, { aidGroupId, reason: 'Complete.' })
  await expect(requestInformation(organizer, ask())).rejects.toMatchObject({ code: 'forbidden' })
  await requestInformation(reviewer, ask())
  await expect(requestInformation(organizer, ask())).rejects.toMatchObject({ code: 'forbidden' })
  expect(await requests()).toHaveLength(1)
})

test('another chapter’s reviewer finds no such aid group, and the attempt is in the log', async () => {
  await startReview(reviewer, { aidGroupId, reason: 'Complete.' })
  await expect(requestInformation(stranger, ask())).rejects.toMatchObject({ code: 'not_found' })
  const refused = { action: 'access.refuse', subjectId: aidGroupId, actorId: stranger.userId }
  expect(await db().auditEvent.count({ where: refused })).toBe(1)
})

test('a question needs words and one of the sections', async () => {
  await startReview(reviewer, { aidGroupId, reason: 'Complete.' })
  await expect(requestInformation(reviewer, ask({ question: '', section: 'bank' }))).rejects.toMatchObject({
    fieldErrors: { question: [expect.any(String)], section: [expect.any(String)] },
  })
  expect(await status()).toBe('in_review')
})
