import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ApplicantActor, UserActor } from '#lib/auth/types.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { openFile } from '#lib/storage/open-file.ts'
import { addPerson, removePerson } from '#lib/vetting/add-person.ts'
import { addReference } from '#lib/vetting/add-reference.ts'
import { answerReference, findReferenceQuestion } from '#lib/vetting/answer-reference.ts'
import { answerRequest } from '#lib/vetting/answer-request.ts'
import { attachDocument, removeDocument } from '#lib/vetting/attach-document.ts'
import { confirmPart } from '#lib/vetting/confirm-part.ts'
import { inviteApplication } from '#lib/vetting/invite-application.ts'
import { draftGroup } from '#lib/vetting/nominate-group.ts'
import { openApplication } from '#lib/vetting/open-application.ts'
import { readApplication } from '#lib/vetting/read-application.ts'
import { readDossier } from '#lib/vetting/read-dossier.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { requestInformation } from '#lib/vetting/request-information.ts'
import { startReview } from '#lib/vetting/review-group.ts'
import { revokeApplication } from '#lib/vetting/revoke-application.ts'
import { saveSection } from '#lib/vetting/save-section.ts'
import { startApplication } from '#lib/vetting/start-application.ts'
import { submitApplication } from '#lib/vetting/submit-application.ts'
import { verifyBank } from '#lib/vetting/verify-bank.ts'
import { APPLICATION, BANK, PDF } from '#tests/support/application-data.ts'
import { useDatabase } from '#tests/support/database.ts'
import { approveApplication } from '#tests/support/plant.ts'
import { applicantOf, fillApplication, mailedLink, tokenOf } from './applying.ts'
import { makeChapter, makePerson } from './people.ts'

const database = useDatabase()
let chapterId = ''
let organizer: UserActor
let reviewer: UserActor
let aidGroupId = ''
let applicant: ApplicantActor

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  organizer = await makePerson(chapterId, 'organizer')
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
})

const draft = () =>
  draftGroup(organizer, {
    ...{ chapterId, name: 'Polova Apteka', legalName: 'Polova Apteka', country: 'Ukraine', region: 'Kharkiv oblast' },
    summary: 'Brings medicines to villages without a doctor.',
  })
beforeEach(async () => {
  aidGroupId = await draft()
  applicant = await applicantOf(organizer, aidGroupId, 'apteka@example.org')
})
const save = (section: string, data: unknown, actor: ApplicantActor | UserActor = applicant) =>
  saveSection(actor, { aidGroupId, section, data })
const submitted = async () => {
  await fillApplication(applicant, aidGroupId)
  await submitApplication(applicant, { aidGroupId })
}
const status = async () => (await db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })).status
const anonymous = { kind: 'guest' } as const

describe('what is filled in', () => {
  test('is kept although it is not whole, and says what it lacks', async () => {
    const saved = await save('identity', { legalName: 'П', contactEmail: 'not an address', foundedOn: '31.12.2020' })
    expect(saved.version).toBe(1)
    expect(saved.problems).toMatchObject({
      legalName: 'too_short',
      contactEmail: 'email',
      foundedOn: 'day',
      region: 'missing',
    })
    const { sections } = await readDossier(db(), aidGroupId)
    expect(sections.identity?.data).toMatchObject({ legalName: 'П', contactEmail: 'not an address', complete: false })
  })

  test('is one version when it is saved twice, and a new one when a word changes', async () => {
    const { identity } = APPLICATION
    expect(await save('identity', identity)).toEqual({ version: 1, problems: {} })
    expect((await save('identity', identity)).version).toBe(1)
    expect((await save('identity', { ...identity, region: 'Полтавська область' })).version).toBe(2)
    expect(await db().auditEvent.count({ where: { subjectId: aidGroupId, action: 'aid_group.save_section' } })).toBe(2)
  })

  test('names the applicant as the one who saved it', async () => {
    await save('identity', APPLICATION.identity)
    const { sections } = await readDossier(db(), aidGroupId)
    expect(sections.identity?.savedBy).toBe(`applicant:${applicant.applicationId}`)
  })

  test('is as well written by an organizer of the chapter, and by nobody of another chapter', async () => {
    await save('identity', APPLICATION.identity, organizer)
    const stranger = await makePerson((await makeChapter()).id, 'organizer', 'vetting_reviewer')
    await expect(save('identity', APPLICATION.identity, stranger)).rejects.toMatchObject({ code: 'not_found' })
    const treasurer = await makePerson(chapterId, 'treasurer')
    await expect(save('identity', APPLICATION.identity, treasurer)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('is never another group’s', async () => {
    const other = await draft()
    await expect(saveSection(applicant, { aidGroupId: other, section: 'identity', data: {} })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('people, account, references, documents', () => {
  test('a name without Latin letters is transliterated as Ukrainian passports do', async () => {
    await addPerson(applicant, { aidGroupId, roles: ['owner'], nameOriginal: 'Згурський Єгор-Юрій', nameLatin: '' })
    const { people } = await readDossier(db(), aidGroupId)
    expect(people[0]?.nameLatin).toBe('Zghurskyi Yehor-Yurii')
  })

  test('a person who is taken out stays in the database', async () => {
    const personId = await addPerson(applicant, { aidGroupId, roles: ['owner'], nameOriginal: 'Ann Lee' })
    await removePerson(applicant, { aidGroupId, personId })
    expect((await readDossier(db(), aidGroupId)).people).toEqual([])
    expect(await db().dossierPerson.count({ where: { id: personId } })).toBe(1)
  })

  test.each([
    ['a wrong check digit', { iban: 'UA213223130000026007233566002' }, 'iban', 'iban'],
    ['an IBAN of another country', { bankCountry: 'PL' }, 'bankCountry', 'iban_country'],
    ['no number at all', { iban: '' }, 'iban', 'missing'],
    ['two numbers', { accountNumber: '12345678' }, 'accountNumber', 'account_either'],
    ['a BIC that is none', { bic: 'BANK' }, 'bic', 'bic'],
  ])('an account is refused for %s', async (_, change, field, problem) => {
    await expect(replaceBankAccount(applicant, { aidGroupId, ...BANK, ...change })).rejects.toMatchObject({
      fieldErrors: { [field]: [problem] },
    })
  })

  test('an account is kept sealed, and read back with its last digits only', async () => {
    await replaceBankAccount(applicant, { aidGroupId, ...BANK })
    const row = await db().dossierBankAccount.findFirstOrThrow({ where: { aidGroupId } })
    expect(Buffer.from(row.details).includes('UA2132')).toBe(false)
    const { bankAccount } = await readDossier(db(), aidGroupId)
    expect(bankAccount).toMatchObject({ lastDigits: '6001', enteredBy: `applicant:${applicant.applicationId}` })
    expect(bankAccount).not.toHaveProperty('details')
  })

  test('the same account again changes nothing; another one replaces it and is verified by nobody', async () => {
    const id = await replaceBankAccount(applicant, { aidGroupId, ...BANK })
    expect(await replaceBankAccount(applicant, { aidGroupId, ...BANK, holderName: ' polova  apteka' })).toBe(id)
    await replaceBankAccount(applicant, { aidGroupId, ...BANK, bankCountry: 'GB', iban: 'GB82 WEST 1234 5698 7654 32' })
    const { bankAccount } = await readDossier(db(), aidGroupId)
    expect(bankAccount).toMatchObject({ lastDigits: '5432', verifiedAt: null })
  })

  test('a reference with the group’s own mailbox, or with one that is named already, is none', async () => {
    await save('identity', APPLICATION.identity)
    const reference = { aidGroupId, name: 'Ann Lee', organization: 'Clinic', relation: 'Knows us' }
    const refused = (problem: string) => ({ fieldErrors: { email: [problem] } })
    await expect(addReference(applicant, { ...reference, email: 'Apteka@example.org' })).rejects.toMatchObject(
      refused('reference_own'),
    )
    await addReference(applicant, { ...reference, email: 'lee@example.com' })
    await expect(addReference(applicant, { ...reference, email: 'LEE@example.com' })).rejects.toMatchObject(
      refused('reference_known'),
    )
  })

  test('a document is looked at, and fetched only by its chapter and its own applicant', async () => {
    const file = { bytes: Buffer.from('<html></html>'), fileName: 'statute.pdf' }
    await expect(attachDocument(applicant, { aidGroupId, kind: 'registration' }, file)).rejects.toMatchObject({
      code: 'file_refused',
    })
    await attachDocument(applicant, { aidGroupId, kind: 'registration' }, { ...file, bytes: PDF })
    const [document] = (await readDossier(db(), aidGroupId)).documents
    const fileId = document?.fileId ?? ''
    expect((await openFile(applicant, fileId)).bytes.equals(PDF)).toBe(true)
    expect((await openFile(reviewer, fileId)).fileName).toBe('statute.pdf')
    const other = await applicantOf(organizer, await draft())
    await expect(openFile(other, fileId)).rejects.toMatchObject({ code: 'not_found' })
    await expect(openFile(anonymous, fileId)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('sending in', () => {
  test('says everything that is missing', async () => {
    await save('identity', { ...APPLICATION.identity, website: 'apteka' })
    await save('safeguarding', APPLICATION.safeguarding)
    await expect(submitApplication(applicant, { aidGroupId })).rejects.toMatchObject({
      code: 'invalid_input',
      fieldErrors: {
        identity: ['website:web'],
        registration: [':not_begun'],
        people: [':controller', ':owner', ':signatory'],
        bank: [':account'],
        references: [':two_references'],
        documents: [
          'registration:document',
          'governing_document:document',
          'past_work:document',
          'safeguarding_policy:document',
        ],
        end_use: [':not_begun'],
      },
    })
    expect(await status()).toBe('draft')
  })

  test('an account in another name keeps an application from being sent in', async () => {
    await fillApplication(applicant, aidGroupId)
    await replaceBankAccount(applicant, { aidGroupId, ...BANK, holderName: 'Olena Yatsenko' })
    await expect(submitApplication(applicant, { aidGroupId })).rejects.toMatchObject({
      fieldErrors: { bank: ['holderName:holder'] },
    })
  })

  test('brings the group before the reviewers, with its own words for name, place and work', async () => {
    await submitted()
    const group = await db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })
    expect(group).toMatchObject({
      status: 'submitted',
      country: 'Ukraine',
      legalName: APPLICATION.identity['legalName'],
    })
    expect(group.summary).toBe(APPLICATION.identity['summary'])
    const link = await mailedLink('apteka@example.org', 'apply')
    expect(await openApplication(tokenOf(link))).toMatchObject({ aidGroupId, submittedAt: expect.any(Date) })
  })

  test('closes every part for the applicant, in lib and in the database', async () => {
    await submitted()
    await expect(save('identity', APPLICATION.identity)).rejects.toMatchObject({ code: 'wrong_state' })
    expect((await readApplication(applicant, aidGroupId)).open).toEqual([])
    const app = await database.asApp()
    const insert = `INSERT INTO dossier_section (aid_group_id, section, version, data, digest, saved_by) VALUES ($1, 'identity', 9, '{}', $2, $3)`
    const row = [aidGroupId, 'a'.repeat(64), `applicant:${applicant.applicationId}`]
    await expect(app.query(insert, row)).rejects.toMatchObject({ code: 'CP321' })
    await expect(
      app.query(`UPDATE dossier_person SET removed_by = $2, removed_at = now() WHERE aid_group_id = $1`, [
        aidGroupId,
        row[2],
      ]),
    ).rejects.toMatchObject({ code: 'CP321' })
  })

  test('a statement is signed with its version, its hash and the day; without the tick it is not signed', async () => {
    await fillApplication(applicant, aidGroupId)
    const { end_use } = (await readDossier(db(), aidGroupId)).sections
    expect(end_use?.data).toMatchObject({ statementVersion: 'end-use-1.uk', complete: true })
    await save('end_use', { ...end_use?.data, statementSha256: 'f'.repeat(64) })
    const changed = await readApplication(applicant, aidGroupId)
    expect(changed.gaps).toEqual([{ part: 'end_use', field: 'statementVersion', problem: 'statement_changed' }])
  })
})

describe('a link', () => {
  test('is kept as a hash, opens until it closes, and not after it was revoked', async () => {
    const { url, applicationId } = await inviteApplication(organizer, {
      aidGroupId,
      locale: 'en',
      email: 'a@example.org',
    })
    expect(await mailedLink('a@example.org', 'apply')).toBe(url)
    const row = await db().vettingApplication.findUniqueOrThrow({ where: { id: applicationId } })
    expect(JSON.stringify(row)).not.toContain(tokenOf(url))
    expect(await openApplication(tokenOf(url))).toMatchObject({ aidGroupId, locale: 'en', round: 1 })
    const restore = replaceClock(() => new Date(Date.now() + 61 * 86_400_000))
    try {
      expect(await openApplication(tokenOf(url))).toBeNull()
    } finally {
      restore()
    }
    await revokeApplication(organizer, { applicationId })
    expect(await openApplication(tokenOf(url))).toBeNull()
  })

  test('that was revoked writes nothing any more', async () => {
    await revokeApplication(organizer, { applicationId: applicant.applicationId })
    await expect(save('identity', APPLICATION.identity)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is mailed to an aid group that asks for it itself, and a second time to the same draft', async () => {
    const asked = { chapterId, name: 'Kitchen on Wheels', publicName: '', email: 'Kitchen@example.org', locale: 'uk' }
    await startApplication(anonymous, asked, '192.0.2.1')
    const first = await openApplication(tokenOf(await mailedLink('kitchen@example.org', 'apply')))
    expect(first).toMatchObject({ locale: 'uk', round: 1, submittedAt: null })
    await startApplication(anonymous, asked, '192.0.2.1')
    const second = await openApplication(tokenOf(await mailedLink('kitchen@example.org', 'apply')))
    expect(second?.aidGroupId).toBe(first?.aidGroupId)
    expect(second?.actor.applicationId).not.toBe(first?.actor.applicationId)
    for (let time = 0; time < 3; time += 1) await startApplication(anonymous, asked, '192.0.2.1')
    await expect(startApplication(anonymous, asked, '192.0.2.1')).rejects.toMatchObject({ code: 'rate_limited' })
  })
})

describe('whoever held the link', () => {
  test('does not verify the account that came through it, in lib and in the database', async () => {
    const other = await applicantOf(reviewer, aidGroupId)
    const accountId = await replaceBankAccount(other, { aidGroupId, ...BANK })
    const verification = { aidGroupId, accountId, method: 'call_back', note: 'Called the number in the register' }
    await expect(verifyBank(reviewer, verification)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    const app = await database.asApp()
    const update = `UPDATE dossier_bank_account SET verified_by_id = $2, verified_at = now(), verification_method = 'call_back',
      verification_note = 'Called' WHERE id = $1`
    await expect(app.query(update, [accountId, reviewer.userId])).rejects.toMatchObject({ code: 'CP322' })
    const second = await makePerson(chapterId, 'vetting_reviewer')
    await verifyBank(second, verification)
  })
})

describe('references', () => {
  test('are asked when the application is sent in, and answer once', async () => {
    await submitted()
    const token = tokenOf(await mailedLink('meier@example.com', 'references'))
    expect(await findReferenceQuestion(token)).toMatchObject({ name: 'Jonas Meier', answeredAt: null })
    const answer = {
      confirms: 'yes',
      isIndependent: 'yes',
      relation: 'Partner',
      knownSince: '2022',
      workSeen: 'Two trips',
    }
    await expect(answerReference(anonymous, token, { ...answer, confirms: '' }, 'x')).rejects.toMatchObject({
      fieldErrors: { confirms: ['answer'] },
    })
    await answerReference(anonymous, token, answer, 'x')
    const [, second] = (await readDossier(db(), aidGroupId)).references
    expect(second).toMatchObject({ confirms: true, answer: { relation: 'Partner', isIndependent: true } })
    await expect(answerReference(anonymous, token, answer, 'x')).rejects.toMatchObject({ code: 'wrong_state' })
  })

  test('are nobody who is signed in as somebody of the chapter, or who nominated the group, in lib and in the database', async () => {
    await submitted()
    const token = tokenOf(await mailedLink('meier@example.com', 'references'))
    const answer = {
      confirms: 'yes',
      isIndependent: 'yes',
      relation: 'Partner',
      knownSince: '2022',
      workSeen: 'Two trips',
    }
    const auditor = await makePerson(chapterId, 'auditor')
    const nominator = await makePerson(chapterId, 'organizer')
    await db().chapterRole.updateMany({ where: { userId: nominator.userId }, data: { revokedAt: new Date() } })
    const former = { ...nominator, roles: [] }
    const app = await database.asApp()
    const record = (userId: string) =>
      app.query(
        `INSERT INTO audit_event (actor_id, action, subject_type, subject_id) VALUES ($1, 'aid_group.answer_reference', 'aid_group', $2)`,
        [userId, aidGroupId],
      )
    // Who lost the role may answer, as long as the nomination was another's.
    await record(former.userId)
    for (const actor of [auditor, reviewer, organizer, { ...organizer, roles: [] }]) {
      await expect(answerReference(actor, token, answer, 'x')).rejects.toMatchObject({ code: 'segregation_of_duties' })
      await expect(record(actor.userId)).rejects.toMatchObject({ code: 'CP327' })
    }
    expect(await findReferenceQuestion(token)).toMatchObject({ answeredAt: null })
    const stranger = await makePerson((await makeChapter()).id, 'treasurer')
    await answerReference(stranger, token, answer, 'x')
  })
})

describe('a question of a reviewer', () => {
  const asked = async (section?: string) => {
    await submitted()
    await startReview(reviewer, { aidGroupId, reason: 'Taking it on' })
    const question = 'Which register is it?'
    return (await requestInformation(reviewer, { aidGroupId, section, question })).requestId
  }

  test('opens the section it is about and documents, and nothing else', async () => {
    await asked('registration')
    expect((await readApplication(applicant, aidGroupId)).open).toEqual(['registration', 'documents'])
    await save('registration', { ...APPLICATION.registration, number: '11111111' })
    await expect(save('identity', APPLICATION.identity)).rejects.toMatchObject({ code: 'wrong_state' })
  })

  test('takes no document away that was sent in', async () => {
    await asked('registration')
    const [sent] = (await readDossier(db(), aidGroupId)).documents
    await expect(removeDocument(applicant, { aidGroupId, documentId: sent?.id })).rejects.toMatchObject({
      code: 'wrong_state',
    })
    const file = { bytes: PDF, fileName: 'extract.pdf' }
    const documentId = await attachDocument(applicant, { aidGroupId, kind: 'registration' }, file)
    await removeDocument(applicant, { aidGroupId, documentId })
  })

  test('brings the review on when it is answered, and closes what it had opened', async () => {
    const requestId = await asked()
    const mailed = await openApplication(tokenOf(await mailedLink('apteka@example.org', 'apply')))
    expect(mailed).toMatchObject({ aidGroupId, locale: 'uk' })
    await answerRequest(applicant, { requestId, answer: 'The state register.' })
    expect(await status()).toBe('in_review')
    expect((await readApplication(applicant, aidGroupId)).open).toEqual([])
    await expect(answerRequest(applicant, { requestId, answer: 'Again.' })).rejects.toMatchObject({
      code: 'wrong_state',
    })
  })
})

describe('the next round', () => {
  const renewed = async () => {
    await submitted()
    await approveApplication(aidGroupId)
    return await applicantOf(organizer, aidGroupId)
  }

  test('begins with what was sent, asks for a word on each part, and keeps only what changed', async () => {
    const again = await renewed()
    const before = await readApplication(again, aidGroupId)
    expect(before.round).toBe(2)
    expect(before.gaps.every(({ problem }) => problem === 'unconfirmed')).toBe(true)
    await saveSection(again, {
      aidGroupId,
      section: 'past_work',
      data: { ...APPLICATION.past_work, summary: 'Also surgery kits, for three hospitals.' },
    })
    for (const { part } of before.gaps.filter((gap) => gap.part !== 'past_work'))
      await confirmPart(again, { aidGroupId, part })
    const after = await readApplication(again, aidGroupId)
    expect(after).toMatchObject({ gaps: [], canSubmit: true })
    expect(after.dossier.sections.identity?.version).toBe(1)
    await submitApplication(again, { aidGroupId })
    await expect(confirmPart(again, { aidGroupId, part: 'people' })).rejects.toMatchObject({ code: 'wrong_state' })
  })

  test('a confirmation is worth nothing once its part changes', async () => {
    const again = await renewed()
    await confirmPart(again, { aidGroupId, part: 'people' })
    const [person] = (await readDossier(db(), aidGroupId)).people
    await removePerson(again, { aidGroupId, personId: person?.id })
    const { gaps } = await readApplication(again, aidGroupId)
    expect(gaps.filter(({ part }) => part === 'people').length).toBeGreaterThan(0)
  })
})
