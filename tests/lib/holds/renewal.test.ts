import { afterEach, expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import { publicNotices } from '#lib/holds/list-notices.ts'
import { runHolds } from '#lib/holds/run-holds.ts'
import { replaceBankAccount } from '#lib/vetting/replace-bank-account.ts'
import { renewReview, requestInfo } from '#lib/vetting/review-group.ts'
import { toBank } from '#tests/lib/donations/aftermath.ts'
import { useWorld } from '#tests/lib/donations/world.ts'
import { APPROVED_UNTIL, stepByHand } from '#tests/support/plant.ts'
import { asideOf, ask, campaignStatus, give, type HoldWorld, holdsOf, makeHoldWorld, suspend, WORKER } from './world.ts'

const stripe = useWorld()
let restore = () => {}
afterEach(() => restore())

/** A campaign with money in the bank whose only group is taken into review again from this state. */
async function renewFrom(from: 'expiring' | 'expired', options: { groups?: number } = {}): Promise<HoldWorld> {
  const world = await makeHoldWorld(stripe, options)
  await give(stripe, world, { amount: '100.00' })
  await toBank(world.fundId, 9_000n)
  await stepByHand(world.groupId, { from: 'approved', to: from, by: 'system:worker' })
  await renewReview(world.people.reviewer, { aidGroupId: world.groupId, reason: 'Its approval ends soon.' })
  await handleGroupChange({ aidGroupId: world.groupId })
  await runHolds(WORKER)
  return world
}

test('an ordinary renewal before the end stops no campaign, sets no money aside and posts no notice; payments wait', async () => {
  const world = await makeHoldWorld(stripe)
  const { people, groupId } = world
  await give(stripe, world, { amount: '100.00' })
  await toBank(world.fundId, 9_000n)
  const id = await ask(world, '40.00')
  await stepByHand(groupId, { from: 'approved', to: 'expiring', by: 'system:worker' })
  await renewReview(people.reviewer, { aidGroupId: groupId, reason: 'Its approval ends soon.' })
  await requestInfo(people.reviewer, { aidGroupId: groupId, reason: 'Who speaks for it now?' })
  await handleGroupChange({ aidGroupId: groupId })
  await runHolds(WORKER)
  expect(await holdsOf(world)).toEqual([])
  expect(await campaignStatus(world)).toBe('live')
  expect(await asideOf(world)).toMatchObject({ quarantinedMinor: 0n })
  expect(await publicNotices({ campaignId: world.campaign.id })).toEqual([])
  await expect(approveDisbursement(people.treasurer, { disbursementId: id, version: 1 })).rejects.toThrow()
})

test('the day the old approval ends without a new one, the job opens the hold', async () => {
  const world = await renewFrom('expiring')
  expect(await holdsOf(world)).toEqual([])
  restore = replaceClock(() => new Date(APPROVED_UNTIL.getTime() - 60_000))
  await runHolds(WORKER)
  expect(await holdsOf(world)).toEqual([])
  restore()
  restore = replaceClock(() => APPROVED_UNTIL)
  await runHolds(WORKER)
  expect(await holdsOf(world)).toMatchObject([{ status: 'held', cause: 'in_review' }])
  expect(await campaignStatus(world)).toBe('paused')
})

test('a renewal that begins after the end holds payments at once', async () => {
  const world = await renewFrom('expired')
  expect(await holdsOf(world)).toMatchObject([{ status: 'held', cause: 'in_review' }])
})

test('another bank account during a renewal is no ordinary renewal: it holds payments', async () => {
  const world = await renewFrom('expiring')
  await replaceBankAccount(world.people.organizer, {
    ...{ aidGroupId: world.groupId, holderName: 'Польова кухня', bankName: 'Bank', bankCountry: 'DE', currency: 'EUR' },
    ...{ iban: 'DE89370400440532013000', accountNumber: '', bic: '', routing: '' },
  })
  await runHolds(WORKER)
  expect(await holdsOf(world)).toMatchObject([{ status: 'held', cause: 'in_review' }])
})

test('beside a group that is being renewed a suspended one is held and the money stays free', async () => {
  const world = await renewFrom('expiring', { groups: 2 })
  await suspend(world, world.groups[1])
  expect(await db().campaignHold.count({ where: { campaignId: world.campaign.id, status: 'held' } })).toBe(1)
  expect(await asideOf(world)).toMatchObject({ quarantinedMinor: 0n })
  expect(await campaignStatus(world)).toBe('live')
})
