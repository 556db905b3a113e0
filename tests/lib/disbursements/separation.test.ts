import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import { canApprove, canRelease } from '#lib/disbursements/policy.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { startWire } from '#lib/disbursements/start-wire.ts'
import { newId } from '#lib/ids.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantVerification } from '#tests/support/plant-dossier.ts'
import { approvalByHand, attack, releaseByHand } from './by-hand.ts'
import { makePerson, makeWorld, request, type World, wireReference } from './fixture.ts'

const database = useDatabase()
let app: pg.Client
let world: World
/** Holds every role, and entered the account that money goes to. */
let writer: UserActor
beforeAll(async () => {
  app = await database.asApp()
})
beforeEach(async () => {
  world = await makeWorld({ bankMinor: 10_000_000n })
  writer = await makePerson(world.chapter.id, 'Wanda', 'organizer', 'treasurer', 'vetting_reviewer')
})

/** The same account is entered again two days ago, so that its approval stands, and another person verifies it. */
async function enterAgain(enteredBy: string): Promise<void> {
  const at = new Date(Date.now() - 48 * 3_600_000)
  const last = await db().dossierBankAccount.findFirstOrThrow({
    where: { aidGroupId: world.group.id, replacedAt: null },
  })
  const replacedBy = world.organizer.userId
  const { aidGroupId, holderName, bankName, bankCountry, currency, details, fingerprint, lastDigits } = last
  const id = newId()
  const account = { aidGroupId, holderName, bankName, bankCountry, currency, details, fingerprint, lastDigits }
  await inTransaction(async (tx) => {
    await tx.dossierBankAccount.update({ where: { id: last.id }, data: { replacedBy, replacedAt: at } })
    await tx.dossierBankAccount.create({ data: { ...account, id, enteredBy, enteredAt: at } })
  })
  const [vetter] = world.vetters
  if (vetter) await plantVerification(db(), id, vetter.userId, at)
}

/** A link to the application, and what rows say of a writer who came through it. */
async function link(facts: { contactEmail?: string; invitedById?: string }): Promise<string> {
  const id = newId()
  const closesAt = new Date(Date.now() + 86_400_000)
  const aidGroupId = world.group.id
  await db().vettingApplication.create({
    data: {
      id,
      aidGroupId,
      round: 2,
      locale: 'en',
      tokenHash: newId().replaceAll('-', '').padEnd(64, '0'),
      closesAt,
      ...facts,
    },
  })
  return `applicant:${id}`
}

const WAYS: [string, () => Promise<string>][] = [
  ['in their own name', async () => writer.userId],
  ['through a link that they made and nobody mailed', () => link({ invitedById: writer.userId })],
  [
    'through a link that they had open while signed in',
    async () => {
      const enteredBy = await link({ contactEmail: 'kitchen@example.net', invitedById: world.organizer.userId })
      const applicationId = enteredBy.slice('applicant:'.length)
      await db().applicationHolder.create({ data: { applicationId, userId: writer.userId } })
      return enteredBy
    },
  ],
  [
    'through a link that was mailed to their own address before they had a role',
    async () => {
      const { email } = await db().user.findUniqueOrThrow({ where: { id: writer.userId } })
      await db().chapterRole.updateMany({ where: { userId: writer.userId }, data: { revokedAt: new Date() } })
      const enteredBy = await link({ contactEmail: email.toUpperCase().replace('@', '+kitchen@') })
      await db().chapterRole.updateMany({ where: { userId: writer.userId }, data: { revokedAt: null } })
      return enteredBy
    },
  ],
]

describe.each(WAYS)('whoever entered the account %s', (_, enter) => {
  test('neither approves, starts nor releases a payment to it, in lib and in the database', async () => {
    const [waiting, promised] = [await request(world, '5.00'), await request(world, '6.00')]
    await enterAgain(await enter())
    const refused = { code: 'segregation_of_duties', message: expect.stringContaining('bank account') }
    const shut = { code: 'CP102', detail: 'separation' }
    await expect(approveDisbursement(writer, { disbursementId: waiting, version: 1 })).rejects.toMatchObject(refused)
    await expect(attack(app, await approvalByHand(waiting, writer.userId))).rejects.toMatchObject(shut)
    await approveDisbursement(world.approver, { disbursementId: promised, version: 1 })
    const wire = { disbursementId: promised, version: 2 }
    await expect(startWire(writer, wire)).rejects.toMatchObject(refused)
    await expect(attack(app, startByHand(promised, writer.userId))).rejects.toMatchObject(shut)
    const recorded = { ...wire, wireReference: wireReference() }
    await expect(releaseDisbursement(writer, recorded)).rejects.toMatchObject(refused)
    await expect(attack(app, await releaseByHand(promised, writer.userId))).rejects.toMatchObject(shut)
    const stages = await db().gateRefusal.findMany({ where: { gate: 'separation', chapterId: world.chapter.id } })
    expect(stages.map(({ stage }) => stage).sort()).toEqual(['approval', 'release'])
    const [before, after] = [await findDisbursement(writer, waiting), await findDisbursement(writer, promised)]
    expect([canApprove(writer, before.facts).allowed, canRelease(writer, after.facts).allowed]).toEqual([false, false])
    await startWire(world.releaser, wire)
    await releaseDisbursement(world.releaser, { ...recorded, version: 3 })
  })
})

const startByHand = (id: string, by: string): [string, unknown[]][] => [
  ['UPDATE disbursement SET sending_by_id = $2, sending_at = now(), version = version + 1 WHERE id = $1', [id, by]],
]

describe('the start of a wire past lib', () => {
  test('is refused to the requester, and above the threshold to the approver', async () => {
    const asker = await makePerson(world.chapter.id, 'Tara', 'treasurer')
    const [small, large] = [await request(world, '5.00', asker), await request(world, '600.00')]
    for (const disbursementId of [small, large])
      await approveDisbursement(world.approver, { disbursementId, version: 1 })
    await expect(attack(app, startByHand(small, asker.userId))).rejects.toMatchObject({
      constraint: 'disbursement_sending_by_another',
    })
    await expect(attack(app, startByHand(large, world.approver.userId))).rejects.toMatchObject({
      constraint: 'disbursement_sending_by_third',
    })
    await attack(app, startByHand(small, world.approver.userId))
    await attack(app, startByHand(large, world.releaser.userId))
  })
})
