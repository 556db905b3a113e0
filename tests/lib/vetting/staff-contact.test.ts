import { beforeEach, describe, expect, test } from 'vitest'
import type { ApplicantActor, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { attachDocument } from '#lib/vetting/attach-document.ts'
import { inviteApplication } from '#lib/vetting/invite-application.ts'
import { draftGroup } from '#lib/vetting/nominate-group.ts'
import { openApplication } from '#lib/vetting/open-application.ts'
import { readApplication } from '#lib/vetting/read-application.ts'
import { requestInformation } from '#lib/vetting/request-information.ts'
import { startReview } from '#lib/vetting/review-group.ts'
import { saveSection } from '#lib/vetting/save-section.ts'
import { submitApplication } from '#lib/vetting/submit-application.ts'
import { APPLICATION, PDF } from '#tests/support/application-data.ts'
import { useDatabase } from '#tests/support/database.ts'
import { applicantOf, fillApplication, tokenOf } from './applying.ts'
import { makeChapter, makePerson } from './people.ts'

useDatabase()
const CONTACT = APPLICATION.identity['contactEmail'] as string
let chapterId = ''
let organizer: UserActor
let reviewer: UserActor
let aidGroupId = ''

beforeEach(async () => {
  chapterId = (await makeChapter()).id
  organizer = await makePerson(chapterId, 'organizer')
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
  aidGroupId = await draftGroup(organizer, {
    ...{ chapterId, name: 'Polova Apteka', legalName: 'Polova Apteka', country: 'Ukraine', region: 'Kharkiv oblast' },
    summary: 'Brings medicines to villages without a doctor.',
  })
  await db().chapterRole.updateMany({ where: { user: { email: { in: ADDRESSES } } }, data: { revokedAt: new Date() } })
})

const ADDRESSES = [CONTACT, 'mailed@example.org']
/** Whoever reads this mailbox has a role in another chapter from now on. */
async function hire(email: string): Promise<void> {
  const where = { email }
  const { id } = await db().user.upsert({ where, update: {}, create: { email, name: 'Somebody' } })
  await db().chapterRole.create({ data: { userId: id, chapterId: (await makeChapter()).id, role: 'auditor' } })
}
const saveIdentity = (actor: ApplicantActor | UserActor, changes: object) =>
  saveSection(actor, { aidGroupId, section: 'identity', data: { ...APPLICATION.identity, ...changes } })
const mailedTo = (recipient: string) => db().outboundMail.count({ where: { recipient, text: { contains: '/apply/' } } })
const statusNow = async () => (await db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })).status

describe('a contact who works for a chapter', () => {
  test('is refused at its field when the section is saved, however the address is spelled', async () => {
    await hire(CONTACT)
    const contactEmail = CONTACT.replace('@', '+office@')
    expect((await saveIdentity(organizer, { contactEmail })).problems).toEqual({ contactEmail: 'contact_staff' })
    const { gaps } = await readApplication(organizer, aidGroupId)
    expect(gaps).toContainEqual({ part: 'identity', field: 'contactEmail', problem: 'contact_staff' })
    expect((await saveIdentity(organizer, { contactEmail: 'other@example.org' })).problems).toEqual({})
  })

  test('is refused when the application is sent in, and another contact lets it through', async () => {
    const applicant = await applicantOf(organizer, aidGroupId)
    await fillApplication(applicant, aidGroupId)
    await hire(CONTACT)
    await expect(submitApplication(applicant, { aidGroupId })).rejects.toMatchObject({
      code: 'invalid_input',
      fieldErrors: { identity: ['contactEmail:contact_staff'] },
    })
    await saveIdentity(applicant, { contactEmail: 'other@example.org' })
    await submitApplication(applicant, { aidGroupId })
    expect(await mailedTo('other@example.org')).toBe(1)
  })

  test('is refused in an application that the desk filled in as well', async () => {
    for (const kind of ['end_use_statement', 'agreement']) {
      await attachDocument(organizer, { aidGroupId, kind, caption: '' }, { bytes: PDF, fileName: `${kind}.pdf` })
    }
    await fillApplication(organizer, aidGroupId)
    await hire(CONTACT)
    await expect(submitApplication(organizer, { aidGroupId })).rejects.toMatchObject({ code: 'invalid_input' })
    expect(await statusNow()).toBe('draft')
  })

  test('who held the mailed link gets no other one: the receipt goes to the contact that is named', async () => {
    const { url } = await inviteApplication(organizer, { aidGroupId, email: 'mailed@example.org', locale: 'uk' })
    const opened = await openApplication(tokenOf(url))
    if (!opened) throw new Error('it opens')
    await fillApplication(opened.actor, aidGroupId)
    await hire('mailed@example.org')
    const before = [await mailedTo('mailed@example.org'), await mailedTo(CONTACT)]
    await submitApplication(opened.actor, { aidGroupId })
    expect([await mailedTo('mailed@example.org'), await mailedTo(CONTACT)]).toEqual([before[0], (before[1] ?? 0) + 1])
  })
})

describe('a question of a reviewer', () => {
  test('is asked also where the contact has joined a chapter; the desk is told that nobody was mailed', async () => {
    const applicant = await applicantOf(organizer, aidGroupId)
    await fillApplication(applicant, aidGroupId)
    await submitApplication(applicant, { aidGroupId })
    await startReview(reviewer, { aidGroupId, reason: 'Complete.' })
    const question = { aidGroupId, section: '', question: 'Who drives?' }
    expect((await requestInformation(reviewer, question)).mailed).toBe('mailed')
    await hire(CONTACT)
    const before = await mailedTo(CONTACT)
    expect((await requestInformation(reviewer, question)).mailed).toBe('contact_is_staff')
    expect(await mailedTo(CONTACT)).toBe(before)
    expect(await db().informationRequest.count({ where: { aidGroupId } })).toBe(2)
    expect(await statusNow()).toBe('info_requested')
  })

  test('says that there is nobody to mail where no link was ever made', async () => {
    const other = await draftGroup(organizer, {
      ...{ chapterId, name: 'Warm Hands', legalName: 'Warm Hands', country: 'Ukraine', region: 'Sumy oblast' },
      summary: 'Brings stoves and firewood to villages near the line.',
    })
    await db().$transaction(async (tx) => {
      await tx.aidGroupStatusChange.create({
        data: { aidGroupId: other, from: 'draft', to: 'submitted', actorId: organizer.userId },
      })
      await tx.aidGroup.update({ where: { id: other }, data: { status: 'submitted' } })
    })
    await startReview(reviewer, { aidGroupId: other, reason: 'Complete.' })
    const asked = await requestInformation(reviewer, { aidGroupId: other, section: '', question: 'Who drives?' })
    expect(asked.mailed).toBe('no_contact')
  })
})
