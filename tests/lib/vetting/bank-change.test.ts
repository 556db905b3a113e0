import { beforeEach, describe, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { readDossierChange } from '#lib/vetting/compare-sections.ts'
import { listUnchangedFindings } from '#lib/vetting/confirm-findings.ts'
import { encryptBank, fingerprintNumber } from '#lib/vetting/encrypt-bank.ts'
import { suspendGroup } from '#lib/vetting/end-approval.ts'
import { listQueue } from '#lib/vetting/list-queue.ts'
import { findPublicAidGroup } from '#lib/vetting/queries.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { recommendGroup } from '#lib/vetting/review-group.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup, reapproveByHand, stepByHand } from '#tests/support/plant.ts'
import { plantAccount, plantScreening, plantVerification } from '#tests/support/plant-dossier.ts'
import { applicantOf } from './applying.ts'
import { type Desk, makeDesk } from './approving.ts'
import { makePerson } from './people.ts'

const database = useDatabase()
const ACCOUNT = {
  ...{ holderName: 'Польова кухня', bankName: 'Bank', bankCountry: 'DE', currency: 'EUR' },
  ...{ iban: 'DE89370400440532013000', accountNumber: '', bic: '', routing: '' },
}
let desk: Desk
let nominator: UserActor
let treasurer: UserActor
let aidGroupId = ''
const row = () => db().aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })
const NUMBER = {
  ...{ holderName: 'Польова кухня', bankName: 'First National Bank', bankCountry: 'US', currency: 'USD' },
  ...{ iban: '', accountNumber: '123456789', bic: '', routing: '' },
}
const change = (actor: Parameters<typeof replaceBankAccount>[0], account: object = ACCOUNT) =>
  replaceBankAccount(actor, { aidGroupId, ...account })
/** The group in review, verified and compared with the lists anew, and approved by two others. */
const approveNow = async (accountId: string) => {
  await plantVerification(db(), accountId, desk.reviewer.userId, new Date())
  await plantScreening(db(), aidGroupId, new Date())
  await reapproveByHand(aidGroupId)
  expect((await row()).status).toBe('approved')
}
const approveWith = async (account: object) => approveNow(await change(nominator, account))

beforeEach(async () => {
  desk = await makeDesk()
  nominator = await makePerson(desk.chapterId, 'organizer')
  treasurer = await makePerson(desk.chapterId, 'treasurer')
  const people = { reviewedById: desk.reviewer.userId, approvedById: desk.approver.userId }
  const facts = { chapterId: desk.chapterId, nominatedById: nominator.userId, ...people, slug: `g-${newId()}` }
  aidGroupId = (await plantAidGroup(facts)).id
})

describe('another bank account after the approval', () => {
  test('takes the approval back: in review, nobody has approved it, with its line of history and of the audit log', async () => {
    await change(await applicantOf(nominator, aidGroupId))
    expect(await row()).toMatchObject({
      ...{ status: 'in_review', approvedById: null, approvedAt: null, approvedUntil: null, reviewedById: null },
      statusReason: 'The bank account was changed after the approval.',
    })
    const last = await db().aidGroupStatusChange.findFirstOrThrow({ where: { aidGroupId }, orderBy: { id: 'desc' } })
    expect(last).toMatchObject({ from: 'approved', to: 'in_review', actorId: expect.stringMatching(/^applicant:/) })
    const audit = await db().auditEvent.findMany({
      where: { subjectId: aidGroupId, action: 'aid_group.void_approval' },
    })
    expect(audit).toHaveLength(1)
    expect(await findPublicAidGroup((await row()).slug)).toMatchObject({ status: 'paused' })
  })

  test('is told to treasurers and reviewers, in a mail without a digit of it', async () => {
    await change(nominator)
    const mails = await db().outboundMail.findMany({ where: { subject: { startsWith: 'Bank account changed' } } })
    expect(mails.map(({ text }) => text).join()).not.toMatch(/DE89|ending in/)
    const told = await db().user.findMany({ where: { email: { in: mails.map(({ recipient }) => recipient) } } })
    const ids = [treasurer, desk.reviewer, desk.approver].map(({ userId }) => userId)
    expect(told.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
    expect(told.map(({ id }) => id)).not.toContain(nominator.userId)
  })

  test('the renewal shows only what changed, and findings about the rest are confirmed in one go', async () => {
    await change(nominator)
    const changed = await readDossierChange(db(), aidGroupId)
    expect(changed?.bankAccount).toMatchObject({ after: '3000' })
    expect(changed?.sections.filter(({ state }) => state !== 'unchanged')).toEqual([])
    const gates = (await listUnchangedFindings(db(), aidGroupId)).map(({ gate }) => gate)
    expect(gates).toContain('legal_existence')
    expect(gates).not.toContain('bank_account')
    const [queued] = (await listQueue(desk.reviewer)).filter(({ id }) => id === aidGroupId)
    expect(queued).toMatchObject({ status: 'in_review', payable: false, holder: 'Any reviewer' })
  })

  test('whoever changed it may not approve anew, and the nominator still does not review', async () => {
    await change(nominator)
    await expect(recommendGroup(nominator, { aidGroupId, reason: 'Mine.' })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(
      (
        await db().$queryRaw<{ yes: boolean }[]>`
      SELECT aid_group_worked_on_by(${aidGroupId}::uuid, ${nominator.userId}::uuid) AS yes`
      )[0]?.yes,
    ).toBe(true)
  })

  test('the same account again, or the bank of an IBAN under another name, leaves the approval', async () => {
    await approveWith(ACCOUNT)
    await change(nominator)
    await change(nominator, { ...ACCOUNT, bankName: 'The same bank, renamed' })
    expect(await row()).toMatchObject({ status: 'approved', approvedById: expect.any(String) })
  })

  test.each([
    ['bank', { bankName: 'Another bank' }],
    ['country', { bankCountry: 'CA' }],
  ])('the same number at another %s takes it back, where there is no IBAN', async (_, changes) => {
    await approveWith(NUMBER)
    await change(nominator, { ...NUMBER, bankName: ' first  NATIONAL bank' })
    expect((await row()).status).toBe('approved')
    await change(nominator, { ...NUMBER, ...changes })
    expect(await row()).toMatchObject({ status: 'in_review', approvedById: null })
  })

  test('an account approved before its bank was part of the fingerprint keeps the approval until its bank changes', async () => {
    const { iban, accountNumber, bic, routing, ...account } = NUMBER
    const details = { iban, accountNumber, bic, routing }
    await change(nominator)
    const id = newId()
    await db().$transaction(async (tx) => {
      const who = nominator.userId
      await tx.dossierBankAccount.updateMany({
        where: { aidGroupId, replacedAt: null },
        data: { replacedBy: who, replacedAt: new Date() },
      })
      const sealed = new Uint8Array(encryptBank(details, id))
      const fingerprint = fingerprintNumber(details, account.holderName)
      const facts = { ...account, id, aidGroupId, details: sealed, fingerprint, lastDigits: '6789', enteredBy: who }
      await tx.dossierBankAccount.create({ data: facts })
    })
    await approveNow(id)
    await change(nominator, { ...NUMBER, bankName: 'FIRST National Bank' })
    expect((await row()).status).toBe('approved')
    await change(nominator, { ...NUMBER, bankName: 'Another bank' })
    expect((await row()).status).toBe('in_review')
  })

  test('a suspended group stays suspended', async () => {
    await suspendGroup(desk.reviewer, { aidGroupId, reason: 'Doubts.' })
    await change(nominator)
    expect((await row()).status).toBe('suspended')
  })
})

describe('the database by itself', () => {
  test('refuses another account that leaves the status approved', async () => {
    const app = await database.asApp()
    const replaced = `UPDATE dossier_bank_account SET replaced_by = $2, replaced_at = now() WHERE aid_group_id = $1 AND replaced_at IS NULL`
    await expect(app.query(replaced, [aidGroupId, nominator.userId])).rejects.toMatchObject({ code: 'CP323' })
    await app.query('BEGIN')
    await app.query(replaced, [aidGroupId, nominator.userId])
    await app.query(
      `INSERT INTO dossier_bank_account (aid_group_id, holder_name, bank_name, bank_country, currency, details, fingerprint, last_digits, entered_by)
       VALUES ($1, 'A', 'B', 'DE', 'EUR', '\\x00', $2, '0000', $3)`,
      [aidGroupId, 'a'.repeat(64), nominator.userId],
    )
    await expect(app.query('COMMIT')).rejects.toMatchObject({ code: 'CP323' })
    expect((await row()).status).toBe('approved')
  })

  test('refuses the step back into review while the account is the one that was approved', async () => {
    const step = { from: 'approved', to: 'in_review', by: desk.reviewer.userId } as const
    await expect(stepByHand(aidGroupId, step)).rejects.toThrow(/is the one that was approved/)
  })

  test('an account of a group that nobody has approved is changed freely', async () => {
    await suspendGroup(desk.reviewer, { aidGroupId, reason: 'Doubts.' })
    await db().dossierBankAccount.updateMany({
      where: { aidGroupId, replacedAt: null },
      data: { replacedBy: nominator.userId, replacedAt: new Date() },
    })
    await expect(plantAccount(db(), { aidGroupId, enteredBy: nominator.userId, at: new Date() })).resolves.toBeTruthy()
  })
})
