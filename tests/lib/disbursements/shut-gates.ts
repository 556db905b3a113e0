import { createHash, randomBytes } from 'node:crypto'
import type pg from 'pg'
import { db, type Prisma } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { newId } from '#lib/ids.ts'
import type { SectionKind } from '#lib/vetting/types.ts'
import { stepByHand } from '#tests/support/plant.ts'
import { plantPerson, plantScreening, plantVerification } from '#tests/support/plant-dossier.ts'
import { request, type World, wireReference } from './fixture.ts'

const HOUR_MS = 3_600_000
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

type Change = { verified: boolean; hoursAgo: number; same?: boolean }

/** Another account takes the place of the approved one and the approval with it; its holder stays, so that no name is new. */
export async function changeAccount(world: World, { verified, hoursAgo, same = false }: Change): Promise<void> {
  const aidGroupId = world.group.id
  const enteredBy = await plantPerson(db(), world.chapter.id, 'organizer')
  const at = new Date(Date.now() - hoursAgo * HOUR_MS)
  const id = newId()
  await inTransaction(async (tx) => {
    const last = await tx.dossierBankAccount.findFirstOrThrow({ where: { aidGroupId, replacedAt: null } })
    await tx.dossierBankAccount.update({ where: { id: last.id }, data: { replacedBy: enteredBy, replacedAt: at } })
    const { holderName, bankName, bankCountry, currency, lastDigits, fingerprint } = last
    await tx.dossierBankAccount.create({
      data: {
        ...{ id, aidGroupId, holderName, bankName, bankCountry, currency, lastDigits, enteredBy, enteredAt: at },
        ...{ details: randomBytes(40), fingerprint: same ? fingerprint : sha256(id) },
      },
    })
    if (!same) await stepByHand(aidGroupId, { from: 'approved', to: 'in_review', by: enteredBy }, tx)
  })
  const [vetter] = world.vetters
  if (verified && vetter) await plantVerification(db(), id, vetter.userId, at)
}

/** The group failed in this campaign long ago, its givers were asked, and it was approved anew since. */
export async function endPart(world: World, owner: pg.Client): Promise<void> {
  const { fundId } = await db().campaign.findUniqueOrThrow({ where: { id: world.campaign.id } })
  // How a hold comes to its end is another test's subject; here it has ended.
  await owner.query('RESET ROLE; SET session_replication_role = replica')
  await owner.query(
    `INSERT INTO campaign_hold (campaign_id, aid_group_id, fund_id, currency, status, cause, opened_at, closed_at, outcome)
     VALUES ($1, $2, $3, 'USD', 'closed', 'rejected', now(), now(), 'refunded')`,
    [world.campaign.id, world.group.id, String(fundId)],
  )
  await owner.query('RESET session_replication_role; SET ROLE purse_owner')
}

/** A list comes into force that nobody was compared with. */
export async function newList(owner: pg.Client): Promise<void> {
  await owner.query(`UPDATE list_snapshot SET status = 'superseded' WHERE source = 'un' AND status = 'current'`)
  await owner.query(
    `INSERT INTO list_snapshot (source, status, sha256, file_name, byte_count, row_count, party_count, name_count, added_count, removed_count, changed_count, imported_by)
     VALUES ('un', 'current', $1, 'un.xml', 1, 1, 1, 1, 1, 0, 0, 'system:seed')`,
    [sha256(newId())],
  )
}

/** Screened again, with a hit that nobody has answered. */
export async function openHit(world: World): Promise<void> {
  const aidGroupId = world.group.id
  await plantScreening(db(), aidGroupId, new Date())
  const latest = await db().screening.findFirstOrThrow({ where: { aidGroupId }, orderBy: { id: 'desc' } })
  const hitKey = sha256(aidGroupId)
  await db().screeningHit.create({
    data: {
      ...{ screeningId: latest.id, aidGroupId, queryName: 'A', matchedName: 'B', score: 0.8, reasons: [], hitKey },
      ...{ source: 'demonstration', externalId: '1', partyDigest: hitKey },
    },
  })
}

/** A section is written anew, as for a renewal. */
export async function withSections(world: World, section: SectionKind, changes: Prisma.InputJsonObject): Promise<void> {
  const aidGroupId = world.group.id
  const last = await db().dossierSection.findFirstOrThrow({
    where: { aidGroupId, section },
    orderBy: { version: 'desc' },
  })
  const data = { ...(last.data as Prisma.InputJsonObject), ...changes }
  const { savedBy, version } = last
  const digest = sha256(JSON.stringify(data))
  await db().dossierSection.create({ data: { aidGroupId, section, version: version + 1, data, digest, savedBy } })
}

/** An earlier payment was sent more than the chapter's 60 days ago, and nobody confirmed that it arrived. */
export async function breachEvidence(world: World, owner: pg.Client): Promise<void> {
  const id = await request(world, '8.00')
  await approveDisbursement(world.approver, { disbursementId: id, version: 1 })
  await releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: wireReference() })
  // Time that goes by is no step: only the owner of the tables can make it up.
  await tamper(
    owner,
    'disbursement',
    `UPDATE disbursement SET requested_at = now() - interval '70 days', approved_at = now() - interval '69 days',
       released_at = now() - interval '61 days' WHERE id = $1`,
    [id],
  )
}

/** What no program of ours can do: the owner of the tables sends their triggers away and changes what is written once. */
async function tamper(owner: pg.Client, table: string, sql: string, values: unknown[]): Promise<void> {
  await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`)
  await owner.query(sql, values)
  const { rows } = await owner.query(
    `SELECT tgname FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal`,
    [table],
  )
  for (const { tgname } of rows) await owner.query(`ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${tgname}`)
}

/** As if the approval had been given without this signature. */
export async function unsign(world: World, owner: pg.Client, section: 'end_use' | 'agreement'): Promise<void> {
  const sql = `UPDATE dossier_section SET data = data || '{"signedName": ""}' WHERE aid_group_id = $1 AND section::text = $2`
  await tamper(owner, 'dossier_section', sql, [world.group.id, section])
}

/** As if the approval had another cap in dollars; null: none at all. */
export async function setCap(world: World, owner: pg.Client, capMinor: bigint | null): Promise<void> {
  const own = `approval_id IN (SELECT id FROM aid_group_approval WHERE aid_group_id = $1) AND currency = 'USD'`
  await (capMinor === null
    ? tamper(owner, 'aid_group_cap', `DELETE FROM aid_group_cap WHERE ${own}`, [world.group.id])
    : tamper(owner, 'aid_group_cap', `UPDATE aid_group_cap SET cap_minor = $2 WHERE ${own}`, [
        world.group.id,
        capMinor,
      ]))
}
