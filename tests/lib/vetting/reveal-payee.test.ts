import pg from 'pg'
import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { encryptBank } from '#lib/vetting/encrypt-bank.ts'
import { revealBank, revealPayee } from '#lib/vetting/reveal-bank.ts'
import { makeWorld, request, row, wireReference } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'

const database = useDatabase()
const IBAN = 'DE89370400440532013000'

test('a treasurer whose approved payment waits sees the account of another chapter’s group, with a line in the log, and no longer than that', async () => {
  const world = await makeWorld()
  const host = await makeWorld({ bankMinor: 0n })
  const group = await plantAidGroup({ chapterId: host.chapter.id, name: 'Hospital', publicAlias: 'A hospital' })
  await db().campaignAidGroup.create({ data: { campaignId: world.campaign.id, aidGroupId: group.id } })
  const disbursementId = await request({ ...world, group: { ...world.group, id: group.id } })
  const account = await db().dossierBankAccount.findFirstOrThrow({ where: { aidGroupId: group.id, replacedAt: null } })
  const details = encryptBank({ iban: IBAN, accountNumber: '', bic: '', routing: '' }, account.id)
  const admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  // A planted account is sealed with nothing in it.
  await admin.query('SET session_replication_role = replica')
  await admin.query('ALTER TABLE dossier_bank_account DISABLE TRIGGER USER')
  await admin.query('UPDATE dossier_bank_account SET details = $1 WHERE id = $2', [details, account.id])
  await admin.end()
  const look = { aidGroupId: group.id, accountId: account.id }
  await expect(revealBank(world.releaser, look)).rejects.toMatchObject({ code: 'not_found' })
  await expect(revealPayee(world.releaser, { disbursementId })).rejects.toMatchObject({ code: 'not_found' })
  await approveDisbursement(world.approver, { disbursementId, version: 1 })
  for (const actor of [world.organizer, world.auditor, host.releaser]) {
    await expect(revealPayee(actor, { disbursementId })).rejects.toMatchObject({ code: 'not_found' })
  }
  expect(await revealPayee(world.releaser, { disbursementId })).toMatchObject({
    iban: IBAN,
    holderName: account.holderName,
  })
  const lines = await db().auditEvent.findMany({ where: { action: 'aid_group.reveal_bank', subjectId: group.id } })
  expect(lines).toMatchObject([{ actorId: world.releaser.userId, detail: { paysFrom: [world.chapter.id] } }])
  const { version } = await row(disbursementId)
  const wire = { disbursementId, version, wireReference: wireReference(), transferFee: '' }
  await releaseDisbursement(world.releaser, wire)
  await expect(revealBank(world.releaser, look)).rejects.toMatchObject({ code: 'not_found' })
})
