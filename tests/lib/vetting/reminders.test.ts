import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { answerReference, findReferenceQuestion } from '#lib/vetting/answer-reference.ts'
import { withdrawGroup } from '#lib/vetting/end-approval.ts'
import { draftGroup } from '#lib/vetting/nominate-group.ts'
import { remindReferences, resendReference } from '#lib/vetting/remind-references.ts'
import { submitApplication } from '#lib/vetting/submit-application.ts'
import { useDatabase } from '#tests/support/database.ts'
import { applicantOf, fillApplication, mailedLink, tokenOf } from './applying.ts'
import { makeChapter, makePerson } from './people.ts'

const database = useDatabase()
const WORKER = { kind: 'system', name: 'worker' } as const
const ANSWER = { confirms: 'yes', isIndependent: 'yes', relation: 'Partner', knownSince: '2022', workSeen: 'Two trips' }
let organizer: UserActor
let aidGroupId = ''
let began = 0

beforeAll(async () => {
  organizer = await makePerson((await makeChapter()).id, 'organizer')
})
beforeEach(async () => {
  const [role] = organizer.roles
  aidGroupId = await draftGroup(organizer, {
    ...{ chapterId: role?.chapterId, name: 'Polova Apteka', legalName: 'Polova Apteka', country: 'Ukraine' },
    ...{ region: 'Kharkiv oblast', summary: 'Brings medicines to villages without a doctor.' },
  })
  const applicant = await applicantOf(organizer, aidGroupId)
  await fillApplication(applicant, aidGroupId)
  await submitApplication(applicant, { aidGroupId })
  began = Date.now()
})

/** What the worker does that many days after the references were asked. */
async function onDay(days: number): Promise<void> {
  const restore = replaceClock(() => new Date(began + days * 86_400_000 + 1000))
  await remindReferences(WORKER)
  restore()
}
const mails = () => db().referenceMail.findMany({ where: { reference: { aidGroupId } }, orderBy: { sentAt: 'asc' } })
const kinds = async () => (await mails()).map(({ kind }) => kind)

test('a reference that has not answered is reminded after five days and after ten, and never a third time', async () => {
  await onDay(4)
  expect(await kinds()).toEqual([])
  await onDay(5)
  await onDay(5)
  expect(await kinds()).toEqual(['first_reminder', 'first_reminder'])
  await onDay(9)
  expect(await kinds()).toHaveLength(2)
  await onDay(10)
  expect(await kinds()).toEqual(['first_reminder', 'first_reminder', 'second_reminder', 'second_reminder'])
  await onDay(30)
  expect(await kinds()).toHaveLength(4)
  const audited = await db().auditEvent.count({
    where: { subjectId: aidGroupId, action: 'aid_group.remind_reference' },
  })
  expect(audited).toBe(4)
})

test('two workers at once send one reminder', async () => {
  const restore = replaceClock(() => new Date(began + 6 * 86_400_000))
  await Promise.all([remindReferences(WORKER), remindReferences(WORKER)])
  restore()
  expect(await kinds()).toHaveLength(2)
})

test('the reminder has a link of its own; after the answer nobody is reminded, and the first link is used up too', async () => {
  const first = tokenOf(await mailedLink('meier@example.com', 'references'))
  await onDay(5)
  const second = tokenOf(await mailedLink('meier@example.com', 'references'))
  expect(second).not.toBe(first)
  expect(await findReferenceQuestion(first)).toMatchObject({ name: 'Jonas Meier' })
  await answerReference({ kind: 'guest' }, second, ANSWER, 'x')
  await expect(answerReference({ kind: 'guest' }, first, ANSWER, 'x')).rejects.toMatchObject({ code: 'wrong_state' })
  await onDay(10)
  expect(await kinds()).toEqual(['first_reminder', 'first_reminder', 'second_reminder'])
})

test('nobody is reminded for a group that has withdrawn', async () => {
  await withdrawGroup(organizer, { aidGroupId, reason: 'They want no more.' })
  await onDay(5)
  expect(await kinds()).toEqual([])
})

test('somebody of the chapter sends a question again, twice a day at most, and the reminder waits five days more', async () => {
  const [reference] = await db().dossierReference.findMany({ where: { aidGroupId }, orderBy: { id: 'asc' } })
  const again = { aidGroupId, referenceId: reference?.id }
  await resendReference(organizer, again)
  await resendReference(organizer, again)
  await expect(resendReference(organizer, again)).rejects.toMatchObject({ code: 'rate_limited' })
  const treasurer = await makePerson(organizer.roles[0]?.chapterId ?? '', 'treasurer')
  await expect(resendReference(treasurer, again)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await kinds()).toEqual(['again', 'again'])
})

test('the database keeps each reminder once, and none for somebody who has answered', async () => {
  await answerReference({ kind: 'guest' }, tokenOf(await mailedLink('meier@example.com', 'references')), ANSWER, 'x')
  const [answered] = await db().dossierReference.findMany({ where: { aidGroupId, answeredAt: { not: null } } })
  const [waiting] = await db().dossierReference.findMany({ where: { aidGroupId, answeredAt: null } })
  const app = await database.asApp()
  const insert = `INSERT INTO reference_mail (reference_id, kind, token_hash, sent_by) VALUES ($1, 'first_reminder', $2, 'system:worker')`
  await expect(app.query(insert, [answered?.id, 'a'.repeat(64)])).rejects.toMatchObject({ code: 'CP324' })
  await app.query(insert, [waiting?.id, 'b'.repeat(64)])
  await expect(app.query(insert, [waiting?.id, 'c'.repeat(64)])).rejects.toMatchObject({ code: '23505' })
})
