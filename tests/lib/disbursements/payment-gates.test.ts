import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { startWire } from '#lib/disbursements/start-wire.ts'
import type { Gate } from '#lib/purposes/types.ts'
import { useDatabase } from '#tests/support/database.ts'
import { stepByHand } from '#tests/support/plant.ts'
import { approvalByHand, attack, releaseByHand, requestByHand } from './by-hand.ts'
import { makeWorld, request, row, type World, wireReference } from './fixture.ts'
import { breachEvidence, changeAccount, endPart, newList, openHit, setCap, unsign, withSections } from './shut-gates.ts'

const database = useDatabase()
const DAY_MS = 86_400_000
let app: pg.Client
let owner: pg.Client
let world: World
beforeAll(async () => {
  app = await database.asApp()
  owner = await database.asOwner()
})
beforeEach(async () => {
  world = await makeWorld({ bankMinor: 10_000_000n })
})

type Shut = { gate: Gate; how: string; shut: () => Promise<unknown>; days?: number }
/** Each way in which a gate shuts; `days` is how far the clock goes on besides. */
const WAYS: Shut[] = [
  { gate: 'approved', how: 'it is suspended', shut: () => suspend() },
  { gate: 'part_ended', how: 'it failed in this campaign and was approved anew', shut: () => endPart(world, owner) },
  { gate: 'expired', how: 'its end has come', shut: async () => undefined, days: 301 },
  {
    gate: 'approved',
    how: 'another account was entered',
    shut: () => changeAccount(world, { verified: true, hoursAgo: 48 }),
  },
  {
    gate: 'bank_account',
    how: 'the account was entered again and nobody has verified it',
    shut: () => changeAccount(world, { verified: false, hoursAgo: 48, same: true }),
  },
  {
    gate: 'bank_cooling_off',
    how: 'the same account was entered again',
    shut: () => changeAccount(world, { verified: true, hoursAgo: 23, same: true }),
  },
  { gate: 'screening_list', how: 'a new list came in', shut: () => newList(owner) },
  { gate: 'screening_age', how: 'the screening is old', shut: async () => undefined, days: 31 },
  { gate: 'screening_hit', how: 'a hit is open', shut: () => openHit(world) },
  {
    gate: 'region',
    how: 'its new places are under an embargo',
    shut: () => withSections(world, 'delivery', { regions: [{ name: 'Крим', areaCode: 'UA-43' }] }),
  },
  { gate: 'evidence_overdue', how: 'an earlier payment lacks its evidence', shut: () => breachEvidence(world, owner) },
  { gate: 'end_use', how: 'the statement is not signed', shut: () => unsign(world, owner, 'end_use') },
  { gate: 'agreement', how: 'the agreement is not signed', shut: () => unsign(world, owner, 'agreement') },
  { gate: 'cap', how: 'the approval has no cap in this currency', shut: () => setCap(world, owner, null) },
]

async function suspend() {
  return stepByHand(world.group.id, { from: 'approved', to: 'suspended', by: 'system:worker' })
}

/** Work as if so many days had gone by; the screening is made again where that is not what is asked. */
async function later<T>(days: number, work: () => Promise<T>): Promise<T> {
  const restore = replaceClock(() => new Date(Date.now() + days * DAY_MS))
  return work().finally(restore)
}
const refusals = (gate: Gate, stage: string) =>
  db().gateRefusal.count({ where: { gate, stage, chapterId: world.chapter.id } })
const inDays = (days = 0) => new Date(Date.now() + days * DAY_MS)

describe.each(WAYS)('the gate $gate: $how', ({ gate, shut, days = 0 }) => {
  test('stops a request, an approval, the start of a wire and its record, each counted once', async () => {
    const waiting = await request(world, '5.00')
    const promised = await request(world, '6.00')
    await approveDisbursement(world.approver, { disbursementId: promised, version: 1 })
    await shut()
    const refused = { gate, message: expect.stringMatching(/^No money goes to this aid group\. [A-Z].*\./) }
    await later(days, async () => {
      await expect(request(world, '7.00')).rejects.toMatchObject(refused)
      await expect(approveDisbursement(world.approver, { disbursementId: waiting, version: 1 })).rejects.toMatchObject(
        refused,
      )
      const wire = { disbursementId: promised, version: 2 }
      await expect(startWire(world.releaser, wire)).rejects.toMatchObject(refused)
      const recorded = { ...wire, wireReference: wireReference() }
      await expect(releaseDisbursement(world.releaser, recorded)).rejects.toMatchObject(refused)
      const { gates } = await findDisbursement(world.auditor, promised)
      expect(gates.find(({ key }) => key === gate)).toMatchObject({ open: false, reason: expect.stringMatching(/\w/) })
    })
    expect(await Promise.all(['request', 'approval', 'release'].map((stage) => refusals(gate, stage)))).toEqual([
      1, 1, 1,
    ])
    expect([(await row(waiting)).status, (await row(promised)).status]).toEqual(['requested', 'approved'])
    // What the calendar shuts cannot be written by hand: the database takes nothing that is ahead of its clock.
    if (days > 0) return
    const detail = { code: 'CP102', detail: gate }
    await expect(attack(app, requestByHand(world))).rejects.toMatchObject(detail)
    await expect(attack(app, await approvalByHand(waiting, world.approver.userId))).rejects.toMatchObject(detail)
    await expect(attack(app, await releaseByHand(promised, world.releaser.userId))).rejects.toMatchObject(detail)
  })
})

describe('what the calendar shuts', () => {
  test.each([
    ['expired', 301],
    ['screening_age', 31],
  ] as const)('%s: the database says the same of that day', async (gate, days) => {
    const at = inDays(days)
    const { rows } = await app.query(`SELECT gate, is_shut FROM aid_group_payment_gates($1, $2, 1, 'USD', NULL, $3)`, [
      world.group.id,
      world.campaign.id,
      at,
    ])
    expect(rows.find((asked) => asked.gate === gate).is_shut).toBe(true)
    const { rows: today } = await app.query(`SELECT aid_group_payment_gap($1, $2, 1, 'USD', NULL, now()) AS gap`, [
      world.group.id,
      world.campaign.id,
    ])
    expect(today[0].gap).toBeNull()
  })
})

test('the conditions of an approval are shown to whoever pays, and to another chapter only where no name is hidden', async () => {
  const id = await request(world, '5.00')
  const set = async (alias: string | null, chapterId: string) => {
    await owner.query('RESET ROLE; SET session_replication_role = replica')
    await owner.query('ALTER TABLE aid_group DISABLE TRIGGER ALL')
    const sql = `UPDATE aid_group SET conditions = 'Hospitals only', public_alias = $2, chapter_id = $3 WHERE id = $1`
    await owner.query(sql, [world.group.id, alias, chapterId])
    await owner.query('ALTER TABLE aid_group ENABLE TRIGGER ALL')
    await owner.query('RESET session_replication_role; SET ROLE purse_owner')
  }
  const conditions = async () => (await findDisbursement(world.approver, id)).conditions
  expect(await conditions()).toBeNull()
  await set('A hospital', world.chapter.id)
  expect(await conditions()).toBe('Hospitals only')
  const other = await makeWorld({ bankMinor: 0n })
  await set(null, other.chapter.id)
  expect(await conditions()).toBe('Hospitals only')
  await set('A hospital', other.chapter.id)
  expect(await conditions()).toMatch(/^There are some\. Ask the vetting reviewers/)
})
