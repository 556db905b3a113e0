import type pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inviteApplication } from '#lib/vetting/invite-application.ts'
import { draftGroup } from '#lib/vetting/nominate-group.ts'
import { recordFinding } from '#lib/vetting/record-finding.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { revealBank } from '#lib/vetting/reveal-bank.ts'
import { startApplication } from '#lib/vetting/start-application.ts'
import { BANK } from '#tests/support/application-data.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { applicantOf } from './applying.ts'
import { approve, approveByHand, makeDesk, plantWaiting } from './approving.ts'
import { makeChapter, makePerson } from './people.ts'

const database = useDatabase()
let app: pg.Client
beforeAll(async () => {
  app = await database.asApp()
})

const workedOnBy = async (aidGroupId: string, { userId }: UserActor) =>
  (
    await db().$queryRaw<{ yes: boolean }[]>`
      SELECT aid_group_worked_on_by(${aidGroupId}::uuid, ${userId}::uuid) AS yes`
  )[0]?.yes

describe('a link', () => {
  const draft = async () => {
    const chapterId = (await makeChapter()).id
    const organizer = await makePerson(chapterId, 'organizer', 'vetting_reviewer')
    const facts = { name: 'Polova Apteka', legalName: 'Polova Apteka', country: 'Ukraine', region: 'Kharkiv oblast' }
    const summary = 'Brings medicines to villages without a doctor.'
    const aidGroupId = await draftGroup(organizer, { chapterId, ...facts, summary })
    const { email } = await db().user.findUniqueOrThrow({ where: { id: organizer.userId } })
    return { chapterId, organizer, aidGroupId, email: email.replace('@', '+me@') }
  }

  test('is not mailed to somebody who works for a chapter, in lib and in the database', async () => {
    const { chapterId, organizer, aidGroupId, email } = await draft()
    await expect(inviteApplication(organizer, { aidGroupId, email, locale: 'en' })).rejects.toMatchObject({
      code: 'invalid_input',
      fieldErrors: { email: [expect.stringContaining('works for a chapter')] },
    })
    const asked = { chapterId, name: 'Kitchen on Wheels', publicName: '', email, locale: 'en' }
    await startApplication({ kind: 'guest' }, asked, '192.0.2.7')
    expect(await db().vettingApplication.count({ where: { aidGroup: { chapterId } } })).toBe(0)
    const insert = `INSERT INTO vetting_application (aid_group_id, round, locale, token_hash, contact_email, closes_at)
      VALUES ($1, 1, 'en', $2, $3, now() + interval '1 day')`
    await expect(app.query(insert, [aidGroupId, 'a'.repeat(64), email])).rejects.toMatchObject({ code: 'CP325' })
  })

  test('that somebody made for themselves shows them no number, as its account is theirs', async () => {
    const { chapterId, aidGroupId } = await draft()
    const reviewer = await makePerson(chapterId, 'vetting_reviewer')
    const accountId = await replaceBankAccount(await applicantOf(reviewer, aidGroupId), { aidGroupId, ...BANK })
    await expect(revealBank(reviewer, { aidGroupId, accountId })).rejects.toMatchObject({
      code: 'segregation_of_duties',
    })
    const other = await makePerson(chapterId, 'vetting_reviewer')
    await expect(revealBank(other, { aidGroupId, accountId })).resolves.toBeTruthy()
  })
})

describe('whoever judged a gate since the last approval does not approve', () => {
  test('also where another reviewer has judged it again since', async () => {
    const desk = await makeDesk()
    const { id } = await plantWaiting(desk)
    expect(await workedOnBy(id, desk.approver)).toBe(false)
    const finding = { aidGroupId: id, gate: 'references', verdict: 'met', reason: 'Spoke to both.' }
    await recordFinding(desk.approver, finding)
    await recordFinding(desk.reviewer, finding)
    expect(await workedOnBy(id, desk.approver)).toBe(true)
    await expect(approve(desk, id)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await expect(approveByHand(app, desk, id)).rejects.toMatchObject({ code: 'CP304' })
  })

  test('nor whoever took something out of the dossier', async () => {
    const desk = await makeDesk()
    const { id } = await plantWaiting(desk)
    const remove = `UPDATE dossier_document SET removed_by = $2, removed_at = now() WHERE aid_group_id = $1 AND kind = 'past_work'`
    await app.query(remove, [id, desk.approver.userId])
    expect(await workedOnBy(id, desk.approver)).toBe(true)
  })

  test('and a finding is not dated back to before that approval', async () => {
    const { chapterId, reviewer } = await makeDesk()
    const { id } = await plantAidGroup({ chapterId })
    await app.query('BEGIN')
    const step = `INSERT INTO aid_group_status_change (aid_group_id, from_status, to_status, actor_id) VALUES ($1, 'approved', 'suspended', $2)`
    await app.query(step, [id, reviewer.userId])
    await app.query(`UPDATE aid_group SET status = 'suspended' WHERE id = $1`, [id])
    await app.query('COMMIT')
    const insert = `INSERT INTO gate_finding (aid_group_id, gate, verdict, reason, basis, found_by_id, found_at)
      SELECT $1, 'past_work', 'met', 'Seen.', aid_group_gate_basis($1, 'past_work'), $2, a.at - interval '1 minute'
      FROM aid_group_approval AS a WHERE a.aid_group_id = $1`
    await expect(app.query(insert, [id, reviewer.userId])).rejects.toMatchObject({ code: 'CP315' })
  })
})

test('an approval names the person who asked for it, whoever is put into the row meanwhile', async () => {
  const desk = await makeDesk()
  const { id } = await plantWaiting(desk)
  const another = await makePerson(desk.chapterId, 'vetting_reviewer')
  await app.query('UPDATE aid_group SET reviewed_by_id = $2 WHERE id = $1', [id, another.userId])
  await expect(approveByHand(app, desk, id)).rejects.toMatchObject({ code: 'CP312' })
  await app.query('UPDATE aid_group SET reviewed_by_id = $2 WHERE id = $1', [id, desk.reviewer.userId])
  await approveByHand(app, desk, id)
})
