import { beforeEach, describe, expect, test } from 'vitest'
import { nameField } from '#components/vetting-application/name-field.ts'
import { sayIn } from '#components/vetting-application/say.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { attachDocument } from '#lib/vetting/attach-document.ts'
import { inviteApplication } from '#lib/vetting/invite-application.ts'
import { draftGroup } from '#lib/vetting/nominate-group.ts'
import { openApplication } from '#lib/vetting/open-application.ts'
import { readApplication } from '#lib/vetting/read-application.ts'
import { readDossier } from '#lib/vetting/read-dossier.ts'
import { recordFinding } from '#lib/vetting/record-finding.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { startReview } from '#lib/vetting/review-group.ts'
import { saveSection } from '#lib/vetting/save-section.ts'
import { submitApplication } from '#lib/vetting/submit-application.ts'
import { verifyBank } from '#lib/vetting/verify-bank.ts'
import { APPLICATION, BANK, PDF } from '#tests/support/application-data.ts'
import { useDatabase } from '#tests/support/database.ts'
import { applicantOf, fillApplication, tokenOf } from './applying.ts'
import { makeChapter, makePerson } from './people.ts'

const database = useDatabase()
const VERIFICATION = { method: 'call_back', note: 'Called the number in the register' }
let chapterId = ''
let organizer: UserActor
let reviewer: UserActor
let treasurer: UserActor
let aidGroupId = ''

beforeEach(async () => {
  chapterId = (await makeChapter()).id
  organizer = await makePerson(chapterId, 'organizer')
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
  treasurer = await makePerson(chapterId, 'treasurer')
  aidGroupId = await draftGroup(organizer, {
    ...{ chapterId, name: 'Polova Apteka', legalName: 'Polova Apteka', country: 'Ukraine', region: 'Kharkiv oblast' },
    summary: 'Brings medicines to villages without a doctor.',
  })
})
const workedOnBy = async ({ userId }: UserActor) =>
  (
    await db().$queryRaw<{ yes: boolean }[]>`
      SELECT aid_group_worked_on_by(${aidGroupId}::uuid, ${userId}::uuid) AS yes`
  )[0]?.yes
const papers = async (actor: UserActor) => {
  for (const kind of ['end_use_statement', 'agreement']) {
    await attachDocument(actor, { aidGroupId, kind, caption: '' }, { bytes: PDF, fileName: `${kind}.pdf` })
  }
}

describe('an application that the chapter fills in', () => {
  test('has its writer’s name on every part, and is sent in like any other', async () => {
    await papers(organizer)
    await fillApplication(organizer, aidGroupId)
    expect((await readApplication(organizer, aidGroupId)).canSubmit).toBe(true)
    await submitApplication(organizer, { aidGroupId })
    const dossier = await readDossier(db(), aidGroupId)
    const writers = [
      ...Object.values(dossier.sections).map((section) => section?.savedBy),
      ...dossier.people.map(({ addedBy }) => addedBy),
      dossier.bankAccount?.enteredBy,
    ]
    expect(new Set(writers)).toEqual(new Set([organizer.userId]))
    expect(dossier.status).toBe('submitted')
    expect(dossier.references.every(({ askedAt }) => askedAt !== null)).toBe(true)
    expect((await readApplication(organizer, aidGroupId)).canSubmit).toBe(false)
    await expect(submitApplication(organizer, { aidGroupId })).rejects.toMatchObject({ code: 'wrong_state' })
  })

  test('whoever wrote a part may not approve, and whoever entered the account neither verifies nor judges it', async () => {
    const entering = await makePerson(chapterId, 'organizer', 'vetting_reviewer', 'treasurer')
    await papers(entering)
    await fillApplication(entering, aidGroupId)
    await submitApplication(entering, { aidGroupId })
    const { bankAccount } = await readDossier(db(), aidGroupId)
    const verification = { aidGroupId, accountId: bankAccount?.id, ...VERIFICATION }
    await expect(verifyBank(entering, verification)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await startReview(reviewer, { aidGroupId, reason: 'Complete.' })
    const finding = { aidGroupId, gate: 'bank_account', verdict: 'met', reason: 'Seen.' }
    await expect(recordFinding(entering, finding)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    expect(await workedOnBy(entering)).toBe(true)
    await verifyBank(treasurer, verification)
  })

  test('writes a signature down only with the signed paper in the dossier', async () => {
    await expect(fillApplication(organizer, aidGroupId)).rejects.toMatchObject({ fieldErrors: { accepted: ['paper'] } })
  })

  test('is closed to treasurers, and not there for other chapters', async () => {
    const data = APPLICATION.identity
    await expect(saveSection(treasurer, { aidGroupId, section: 'identity', data })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const stranger = await makePerson((await makeChapter()).id, 'organizer')
    await expect(readApplication(stranger, aidGroupId)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a link that somebody opens while signed in', () => {
  const mailed = async () => {
    const { url } = await inviteApplication(organizer, { aidGroupId, email: 'apteka@example.org', locale: 'uk' })
    return tokenOf(url)
  }

  test('bars them from verifying the account that came through it, in lib and in the database', async () => {
    const opened = await openApplication(await mailed(), treasurer)
    if (!opened) throw new Error('it opens')
    const accountId = await replaceBankAccount(opened.actor, { aidGroupId, ...BANK })
    await expect(verifyBank(treasurer, { aidGroupId, accountId, ...VERIFICATION })).rejects.toMatchObject({
      code: 'segregation_of_duties',
    })
    const app = await database.asApp()
    const update = `UPDATE dossier_bank_account SET verified_by_id = $2, verified_at = now(), verification_method = 'call_back',
      verification_note = 'Called' WHERE id = $1`
    await expect(app.query(update, [accountId, treasurer.userId])).rejects.toMatchObject({ code: 'CP322' })
    await verifyBank(reviewer, { aidGroupId, accountId, ...VERIFICATION })
  })

  test('makes what came through it theirs when it is approved', async () => {
    const token = await mailed()
    const opened = await openApplication(token)
    if (!opened) throw new Error('it opens')
    await saveSection(opened.actor, { aidGroupId, section: 'identity', data: APPLICATION.identity })
    expect(await workedOnBy(reviewer)).toBe(false)
    await openApplication(token, reviewer)
    expect(await workedOnBy(reviewer)).toBe(true)
  })

  test('remembers each person once, in the audit log too, and for ever', async () => {
    const token = await mailed()
    await Promise.all([1, 2, 3].map(() => openApplication(token, reviewer)))
    const holders = await db().applicationHolder.findMany({ where: { userId: reviewer.userId } })
    expect(holders).toHaveLength(1)
    expect(
      await db().auditEvent.count({ where: { subjectId: aidGroupId, action: 'aid_group.open_application' } }),
    ).toBe(1)
    const app = await database.asApp()
    await expect(app.query('DELETE FROM application_holder')).rejects.toMatchObject({ code: '42501' })
  })

  test('holds for whoever made a link that nobody mailed, also when it is approved', async () => {
    const actor = await applicantOf(reviewer, aidGroupId)
    await saveSection(actor, { aidGroupId, section: 'identity', data: APPLICATION.identity })
    expect(await workedOnBy(reviewer)).toBe(true)
  })
})

test.each([
  ['en', 'identity', 'legalName', 'Registered name'],
  ['uk', 'bank', 'iban', 'IBAN'],
  ['en', 'delivery', 'regions.1.areaCode', 'Place 2, Oblast or area'],
  ['uk', 'past_work', 'examples.0.what', 'Приклад 1, Що'],
  ['en', 'agreement', 'accepted', 'Signature'],
  ['en', 'start', 'chapterId', 'Chapter'],
] as const)('the summary above a form names the field (%s, %s: %s)', (locale, scope, field, name) => {
  expect(nameField(sayIn(locale), scope, field)).toBe(name)
})
