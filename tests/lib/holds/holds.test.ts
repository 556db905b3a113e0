import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import { publicNotices } from '#lib/holds/list-notices.ts'
import { runHolds } from '#lib/holds/run-holds.ts'
import { holdSteps } from '#lib/holds/states.ts'
import { suspendGroup } from '#lib/vetting/end-approval.ts'
import { refusal, toBank } from '#tests/lib/donations/aftermath.ts'
import { useWorld } from '#tests/lib/donations/world.ts'
import {
  approveAgain,
  asideOf,
  ask,
  campaignStatus,
  expectSound,
  give,
  holdOf,
  holdsOf,
  makeHoldWorld,
  reject,
  suspend,
  WORKER,
} from './world.ts'

const stripe = useWorld()
const STATUSES = ['held', 'cured', 'choosing', 'closed'] as const

test('the database knows the same steps of a hold', async () => {
  for (const from of STATUSES) {
    for (const to of STATUSES) {
      const [row] = await db().$queryRaw<{ legal: boolean }[]>`
        SELECT hold_step_is_legal(${from}::hold_status, ${to}::hold_status) AS legal`
      const isStep = Object.values(holdSteps).some((step) => step.to === to && step.from.includes(from))
      expect([from, to, row?.legal]).toEqual([from, to, isStep])
    }
  }
})

test('a suspension is a job of the same transaction', async () => {
  const world = await makeHoldWorld(stripe)
  await suspendGroup(world.people.reviewer, { aidGroupId: world.groupId, reason: 'A look is needed.' })
  const [job] = await db().$queryRaw<{ jobs: bigint }[]>`
    SELECT count(*) AS jobs FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
    WHERE t.identifier = 'handle-group-change' AND j.payload::jsonb ->> 'aidGroupId' = ${world.groupId}`
  expect(job?.jobs).toBe(1n)
})

test('a suspended group: money set aside, campaign paused, the chapter told, the public told without a cause', async () => {
  const world = await makeHoldWorld(stripe)
  await give(stripe, world, { amount: '100.00' }, { amount: '50.00' })
  await toBank(world.fundId, 14_000n)
  await suspend(world)
  expect(await holdOf(world)).toMatchObject({ status: 'held', cause: 'suspended', pausedCampaign: true })
  expect(await asideOf(world)).toEqual({ quarantinedMinor: 14_000n, headroomMinor: 0n, promisedMinor: 0n })
  expect(await campaignStatus(world)).toBe('paused')
  const mails = await db().outboundMail.findMany({ where: { subject: { startsWith: 'Payments on hold' } } })
  const { email } = await db().user.findUniqueOrThrow({ where: { id: world.people.organizer.userId } })
  expect(mails.filter(({ recipient }) => recipient === email)).toHaveLength(1)
  const [notice] = await publicNotices({ campaignId: world.campaign.id })
  expect(notice?.sentence).toContain('on hold while its vetting is renewed')
  expect(JSON.stringify(notice)).not.toContain('suspended')
  await expectSound()
})

test('run again, by the job, the loop or two workers at once, a hold opens once and nothing is set aside twice', async () => {
  const world = await makeHoldWorld(stripe)
  await give(stripe, world, { amount: '100.00' })
  await toBank(world.fundId, 9_000n)
  await suspendGroup(world.people.reviewer, { aidGroupId: world.groupId, reason: 'A look is needed.' })
  await Promise.all([1, 2, 3].map(() => handleGroupChange({ aidGroupId: world.groupId })))
  await runHolds(WORKER)
  expect(await holdsOf(world)).toHaveLength(1)
  expect((await asideOf(world)).quarantinedMinor).toBe(9_000n)
  expect(await db().campaignTransition.count({ where: { campaignId: world.campaign.id, event: 'pause' } })).toBe(1)
  await expectSound()
})

test('money that becomes available during a hold is set aside as well', async () => {
  const world = await makeHoldWorld(stripe)
  const [donationId = ''] = await give(stripe, world, { amount: '100.00' })
  await suspend(world)
  expect((await asideOf(world)).quarantinedMinor).toBe(0n)
  const { feeMinor } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  const netMinor = 10_000n - (feeMinor ?? 0n)
  await toBank(world.fundId, netMinor)
  await postDueAvailable()
  await runHolds(WORKER)
  expect(await asideOf(world)).toMatchObject({ quarantinedMinor: netMinor, headroomMinor: 0n })
})

test('cured: the money is free, an approved disbursement stands, the campaign goes on, the history stays', async () => {
  const world = await makeHoldWorld(stripe)
  await give(stripe, world, { amount: '500.00' })
  await toBank(world.fundId, 40_000n)
  const disbursementId = await ask(world, '100.00')
  await approveDisbursement(world.people.treasurer, { disbursementId, version: 1 })
  await suspend(world)
  expect(await asideOf(world)).toEqual({ quarantinedMinor: 30_000n, headroomMinor: 0n, promisedMinor: 10_000n })
  await approveAgain(world.groupId)
  expect(await holdOf(world)).toMatchObject({ status: 'cured' })
  expect(await asideOf(world)).toEqual({ quarantinedMinor: 0n, headroomMinor: 30_000n, promisedMinor: 10_000n })
  expect(await campaignStatus(world)).toBe('live')
  expect(await db().disbursement.findUniqueOrThrow({ where: { id: disbursementId } })).toMatchObject({
    status: 'approved',
  })
  expect(await publicNotices({ campaignId: world.campaign.id })).toEqual([])
  await suspend(world)
  expect((await holdsOf(world)).map(({ status }) => status)).toEqual(['cured', 'held'])
  await expectSound()
})

test('a pause that a person made is that person’s to end', async () => {
  const world = await makeHoldWorld(stripe)
  const { pauseCampaign } = await import('#lib/campaigns/pause-campaign.ts')
  await pauseCampaign(world.people.organizer, { campaignId: world.campaign.id, reason: 'We count the stock.' })
  await suspend(world)
  await approveAgain(world.groupId)
  expect(await campaignStatus(world)).toBe('paused')
})

test('of several groups the campaign goes on with the rest, and its money is set aside only when none is left', async () => {
  const world = await makeHoldWorld(stripe, { groups: 2 })
  const [first = '', second = ''] = world.groups
  await give(stripe, world, { amount: '100.00' })
  await toBank(world.fundId, 9_000n)
  await suspend(world, first)
  expect(await campaignStatus(world)).toBe('live')
  expect((await asideOf(world)).quarantinedMinor).toBe(0n)
  await suspend(world, second)
  expect(await campaignStatus(world)).toBe('paused')
  expect((await asideOf(world)).quarantinedMinor).toBe(9_000n)
  await approveAgain(second)
  expect(await campaignStatus(world)).toBe('live')
  expect(await asideOf(world)).toMatchObject({ quarantinedMinor: 0n, headroomMinor: 9_000n })
  await reject(world, first)
  expect((await holdsOf(world)).map(({ status, outcome }) => [status, outcome])).toEqual([
    ['closed', 'others_continue'],
    ['cured', null],
  ])
  expect((await refusal(ask(world, '10.00', first))).code).toMatch(/aid_group_not_approved|wrong_state/)
  await expectSound()
})

test('a refund and a dispute during a hold take the fund’s own money, not the chapter’s', async () => {
  const world = await makeHoldWorld(stripe)
  const [donationId = ''] = await give(stripe, world, { amount: '100.00' }, { amount: '40.00' })
  await toBank(world.fundId, 13_000n)
  await suspend(world)
  const before = await asideOf(world)
  const { stripe: client } = await import('#lib/stripe/client.ts')
  const { chargeId } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  await client().refunds.create({ charge: chargeId ?? '', amount: 5_000 })
  const { settleAll } = await import('#tests/lib/donations/world.ts')
  await settleAll(stripe)
  const refund = await db().refund.findFirstOrThrow({ where: { donationId } })
  expect(refund).toMatchObject({ ownMinor: 5_000n, otherMinor: 0n, reserveMinor: 0n, receivableMinor: 0n })
  const after = await asideOf(world)
  expect(before.quarantinedMinor - after.quarantinedMinor).toBeGreaterThan(0n)
  expect(after.headroomMinor).toBe(0n)
  await expectSound()
})

test('a group that was cured and fails to be payable again is held again by the loop, also without its job', async () => {
  const world = await makeHoldWorld(stripe)
  await give(stripe, world, { amount: '20.00' })
  await suspend(world)
  await approveAgain(world.groupId)
  await runHolds(WORKER)
  await suspendGroup(world.people.reviewer, { aidGroupId: world.groupId, reason: 'Something new has to be looked at.' })
  await runHolds(WORKER)
  expect((await holdsOf(world)).map(({ status }) => status)).toEqual(['cured', 'held'])
  expect(await campaignStatus(world)).toBe('paused')
})
