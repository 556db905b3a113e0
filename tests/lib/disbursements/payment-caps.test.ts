import type pg from 'pg'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { editDisbursement } from '#lib/disbursements/edit-disbursement.ts'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import type { Gate } from '#lib/purposes/types.ts'
import { useDatabase } from '#tests/support/database.ts'
import { reapproveByHand, stepByHand } from '#tests/support/plant.ts'
import { approvalByHand, attack, releaseByHand, requestByHand } from './by-hand.ts'
import { makeWorld, request, row, type World, wireReference } from './fixture.ts'
import { changeAccount, newList, openHit, setCap, withSections } from './shut-gates.ts'

const database = useDatabase()
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

const approve = (id: string) => approveDisbursement(world.approver, { disbursementId: id, version: 1 })
const release = (id: string) =>
  releaseDisbursement(world.releaser, { disbursementId: id, version: 2, wireReference: wireReference() })
const approved = async (amount: string) => {
  const id = await request(world, amount)
  await approve(id)
  return id
}
const refusals = (gate: Gate) => db().gateRefusal.count({ where: { gate, chapterId: world.chapter.id } })
const suspend = () => stepByHand(world.group.id, { from: 'approved', to: 'suspended', by: 'system:worker' })

describe('the cap', () => {
  test('covers what is promised and what was sent under the approval, to the cent', async () => {
    await setCap(world, owner, 10_000n)
    await release(await approved('60.00'))
    await approved('39.99')
    await expect(request(world, '0.02')).rejects.toMatchObject({ gate: 'cap', code: 'wrong_state' })
    await expect(request(world, '0.02')).rejects.toThrow('leaves $0.01 for further payments')
    await expect(attack(app, requestByHand(world, { amountMinor: 2n }))).rejects.toMatchObject({ detail: 'cap' })
    await approved('0.01')
    expect(await refusals('cap')).toBe(1)
  })

  test('two requests fit by themselves and not together: the second is not approved', async () => {
    await setCap(world, owner, 10_000n)
    const [first = '', second = ''] = [await request(world, '60.00'), await request(world, '60.00')]
    await approve(first)
    await expect(approve(second)).rejects.toMatchObject({ gate: 'cap' })
    await expect(attack(app, await approvalByHand(second, world.approver.userId))).rejects.toMatchObject({
      detail: 'cap',
    })
    const { gates } = await findDisbursement(world.auditor, second)
    expect(gates.find(({ key }) => key === 'cap')).toMatchObject({ open: false })
  })

  test('lowered by a new approval it also stops what was promised before', async () => {
    const id = await approved('60.00')
    await suspend()
    await reapproveByHand(world.group.id)
    await setCap(world, owner, 5_999n)
    await expect(release(id)).rejects.toMatchObject({ gate: 'cap' })
    await expect(attack(app, await releaseByHand(id, world.releaser.userId))).rejects.toMatchObject({ detail: 'cap' })
  })

  test.each(['lib', 'raw SQL'])('12 approvals at once by %s take no more than it allows', async (way) => {
    await setCap(world, owner, 5_500n)
    const ids = await Promise.all(Array.from({ length: 12 }, () => request(world, '10.00')))
    const byHand = async (id: string) => attack(await database.asApp(), await approvalByHand(id, world.approver.userId))
    const done = await Promise.allSettled(ids.map((id) => (way === 'lib' ? approve(id) : byHand(id))))
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    const promised = await db().disbursement.aggregate({
      where: { aidGroupId: world.group.id, status: 'approved' },
      _sum: { amountMinor: true },
    })
    expect(promised._sum.amountMinor).toBe(5_000n)
  })
})

describe('what the money is for', () => {
  const ask = (category: string) =>
    requestDisbursement(world.organizer, {
      ...{ campaignId: world.campaign.id, aidGroupId: world.group.id, purpose: 'Aid' },
      lines: [{ category, description: 'Aid', amount: '5.00' }],
    })

  test('only the kinds of aid the aid group was approved for, whatever a renewal asks for meanwhile', async () => {
    await withSections(world, 'delivery', { categories: ['food'] })
    await ask('shelter')
    await suspend()
    await reapproveByHand(world.group.id)
    await ask('food')
    await expect(ask('shelter')).rejects.toMatchObject({
      gate: 'restriction',
      message: expect.stringContaining('shelter'),
    })
    const byHand = attack(app, requestByHand(world, { category: 'shelter' }))
    await expect(byHand).rejects.toMatchObject({ code: 'CP102', detail: 'restriction' })
    expect(await refusals('restriction')).toBe(1)
  })

  test('a request for more kinds than a new approval allows is neither approved nor changed into it', async () => {
    const { id } = await ask('shelter')
    const food = await ask('food')
    await withSections(world, 'delivery', { categories: ['food'] })
    await suspend()
    await reapproveByHand(world.group.id)
    await expect(approve(id)).rejects.toMatchObject({ gate: 'restriction' })
    await expect(attack(app, await approvalByHand(id, world.approver.userId))).rejects.toMatchObject({
      detail: 'restriction',
    })
    const change = { disbursementId: food.id, version: 1, aidGroupId: world.group.id, purpose: 'Aid' }
    const lines = [{ category: 'shelter', description: 'Aid', amount: '5.00' }]
    await expect(editDisbursement(world.organizer, { ...change, lines })).rejects.toMatchObject({ gate: 'restriction' })
  })
})

describe('what the ledger and the people say is counted too', () => {
  test('funds and separation, once for each disbursement, step and day', async () => {
    const poor = await makeWorld({ bankMinor: 100n })
    const id = await request(poor, '5.00')
    for (const _ of [1, 2]) {
      const attempt = approveDisbursement(poor.approver, { disbursementId: id, version: 1 })
      await expect(attempt).rejects.toMatchObject({ code: 'insufficient_funds' })
    }
    const own = await request(poor, '0.50', poor.approver)
    await expect(approveDisbursement(poor.approver, { disbursementId: own, version: 1 })).rejects.toMatchObject({
      code: 'segregation_of_duties',
    })
    const counted = await db().gateRefusal.findMany({ where: { chapterId: poor.chapter.id }, orderBy: { gate: 'asc' } })
    expect(counted.map(({ gate, stage }) => [gate, stage])).toEqual([
      ['funds', 'approval'],
      ['separation', 'approval'],
    ])
    expect(JSON.stringify(counted.map(({ chapterId: _, id: __, ...rest }) => rest))).not.toContain(poor.approver.userId)
  })

  test('what is allowed, or fails for another reason, is not counted', async () => {
    const id = await approved('5.00')
    await expect(approve(id)).resolves.toEqual({ replayed: true })
    await expect(approveDisbursement(world.releaser, { disbursementId: id, version: 7 })).rejects.toThrow()
    await expect(approveDisbursement(world.organizer, { disbursementId: id, version: 1 })).rejects.toThrow()
    expect(await db().gateRefusal.count({ where: { chapterId: world.chapter.id } })).toBe(0)
  })
})

describe('at the moment of the release', () => {
  /** Whatever comes first, either the money left while every gate was open, or it did not leave. */
  test.each([
    ['another account', () => changeAccount(world, { verified: true, hoursAgo: 0 })],
    ['a new list', () => newList(owner)],
    ['a hit', () => openHit(world)],
    ['a suspension', () => suspend()],
  ])('%s either comes before and stops it, or waits for it', async (_, change) => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => approved('1.00')))
    const attempts = ids.map((id) => release(id))
    const [changed, ...done] = await Promise.allSettled([change(), ...attempts])
    expect(changed.status).toBe('fulfilled')
    for (const [index, one] of done.entries()) {
      const { status } = await row(ids[index] ?? '')
      expect(status).toBe(one.status === 'fulfilled' ? 'released' : 'approved')
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ gate: expect.any(String) })
    }
    const last = await request(world, '1.00').catch((error: unknown) => error)
    expect(last).toMatchObject({ gate: expect.any(String) })
  })
})
