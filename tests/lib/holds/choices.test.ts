import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { answerChoice } from '#lib/holds/answer-choice.ts'
import { cancelUnsent } from '#lib/holds/cancel-unsent.ts'
import { closeHold } from '#lib/holds/close-hold.ts'
import { confirmFailure, declareFailure } from '#lib/holds/declare-failure.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import { publicNotices } from '#lib/holds/list-notices.ts'
import { findHold } from '#lib/holds/queries.ts'
import { readChoicePage } from '#lib/holds/read-choice.ts'
import { advanceCampaign } from '#lib/holds/run-holds.ts'
import { settleRefund } from '#lib/holds/settle-refund.ts'
import { signChoiceToken } from '#lib/holds/sign-link.ts'
import { newId } from '#lib/ids.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { listUnspent } from '#lib/ledger/list-unspent.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { stripe as stripeClient } from '#lib/stripe/client.ts'
import { held, refusal, toBank } from '#tests/lib/donations/aftermath.ts'
import { GUEST, settleAll, useWorld } from '#tests/lib/donations/world.ts'
import {
  asideOf,
  ask,
  campaignStatus,
  daysAgo,
  expectSound,
  give,
  type HoldWorld,
  holdOf,
  makeHoldWorld,
  makePerson,
  reject,
  suspend,
  WORKER,
} from './world.ts'

const stripe = useWorld()

/** The vetting says no, fifteen days ago: the window is over now. */
async function failLongAgo(world: HoldWorld): Promise<string> {
  await daysAgo(15, async () => {
    await suspend(world)
    await reject(world)
  })
  return (await holdOf(world)).id
}

async function tokenOf(holdId: string, donationId: string): Promise<string> {
  const { donorId } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  return signChoiceToken(holdId, donorId)
}

async function unspentMinor(fundId: bigint): Promise<bigint> {
  await foldFund(db(), fundId)
  return (await listUnspent(db(), fundId)).reduce((sum, gift) => sum + gift.unspentMinor, 0n)
}

const choicesOf = (holdId: string) =>
  db().donorChoice.findMany({ where: { holdId }, include: { refund: true, donation: true }, orderBy: { id: 'asc' } })

async function netOf(donationId: string): Promise<bigint> {
  const { settledMinor, giftMinor, feeMinor } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  return (settledMinor ?? giftMinor) - (feeMinor ?? 0n)
}

/** Sends part of the fund to the group: first in, first out. */
async function spend(world: HoldWorld, amount: string): Promise<void> {
  const disbursementId = await ask(world, amount)
  await approveDisbursement(world.people.treasurer, { disbursementId, version: 1 })
  const wireReference = `FT-${newId().slice(-8)}`
  await releaseDisbursement(world.people.third, { disbursementId, version: 2, wireReference, transferFee: '' })
}

test('what givers choose about is exactly the unspent cents, each gift its own', async () => {
  const world = await makeHoldWorld(stripe)
  const ids = await give(
    stripe,
    world,
    { amount: '100.00' },
    { amount: '60.00', tip: '10' },
    { amount: '40.00', coverFee: true },
  )
  await toBank(world.fundId, 19_000n)
  await spend(world, '130.00')
  await suspend(world)
  await reject(world)
  const { id: holdId, status, alternateAidGroupId } = await holdOf(world)
  expect([status, alternateAidGroupId]).toEqual(['choosing', world.alternate?.id])
  const choices = await choicesOf(holdId)
  const total = choices.reduce((sum, choice) => sum + choice.atStakeMinor, 0n)
  expect(total).toBe(await unspentMinor(world.fundId))
  // The trace follows each gift by itself; the two must say the same of each.
  for (const donationId of ids) {
    const { entryId } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
    const { parts } = await traceGift(db(), entryId ?? 0n)
    const left = parts.filter(({ state, fundId }) => state === 'left' && fundId === world.fundId)
    const leftMinor = left.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
    expect(choices.find((choice) => choice.donationId === donationId)?.atStakeMinor ?? 0n).toBe(leftMinor)
  }
  expect(choices).toHaveLength(2)
  expect(choices.every(({ mailId }) => mailId !== null)).toBe(true)
  await expectSound()
})

test('after the window refunds are made once, the rest goes on to the alternate, and no cent is lost', async () => {
  const world = await makeHoldWorld(stripe)
  const [wantsBack = '', letsGo = '', silent = ''] = await give(
    stripe,
    world,
    { amount: '100.00', tip: '10' },
    { amount: '60.00' },
    { amount: '40.00' },
  )
  await toBank(world.fundId, 19_000n)
  await daysAgo(15, async () => {
    await suspend(world)
    await reject(world)
    const { id } = await holdOf(world)
    await answerChoice(GUEST, { token: await tokenOf(id, wantsBack), choice: 'redirect' })
    await answerChoice(GUEST, { token: await tokenOf(id, wantsBack), choice: 'refund' })
    await answerChoice(GUEST, { token: await tokenOf(id, wantsBack), choice: 'refund' })
    await answerChoice(GUEST, { token: await tokenOf(id, letsGo), choice: 'redirect' })
  })
  const { id: holdId } = await holdOf(world)
  const before = await unspentMinor(world.fundId)
  await Promise.all([1, 2, 3].map(() => advanceCampaign(WORKER, world.campaign.id)))
  await settleAll(stripe)
  await advanceCampaign(WORKER, world.campaign.id)
  const choices = await choicesOf(holdId)
  expect(choices.find(({ donationId }) => donationId === silent)).toMatchObject({ choice: 'redirect', defaulted: true })
  const refunds = await db().refund.findMany({ where: { donationId: { in: [wantsBack, letsGo, silent] } } })
  const back = choices.find(({ donationId }) => donationId === wantsBack)?.atStakeMinor ?? 0n
  expect(refunds).toMatchObject([
    {
      donationId: wantsBack,
      status: 'succeeded',
      origin: 'choice',
      amountMinor: back,
      ownMinor: back,
      reserveMinor: 0n,
    },
  ])
  expect(await unspentMinor(world.fundId)).toBe(before - back)
  expect(await holdOf(world)).toMatchObject({ status: 'closed', outcome: 'redirected' })
  expect(await asideOf(world)).toMatchObject({ quarantinedMinor: 0n })
  expect(await campaignStatus(world)).toBe('live')
  const groups = await db().campaignAidGroup.findMany({ where: { campaignId: world.campaign.id } })
  expect(groups.map(({ aidGroupId }) => aidGroupId).sort()).toEqual([world.groupId, world.alternate?.id].sort())
  // A tip to the chapter was no part of the choice.
  const { tipFundId } = await db().donation.findUniqueOrThrow({ where: { id: wantsBack } })
  expect((await held(tipFundId ?? 0n))['refunds']).toBeUndefined()
  const [notice] = await publicNotices({ campaignId: world.campaign.id })
  expect(notice).toMatchObject({ kind: 'redirected' })
  expect(await ask(world, '10.00', world.alternate?.id)).toBeTruthy()
  await expectSound()
})

test('a choice that comes with the deadline is in or out, never both', async () => {
  const world = await makeHoldWorld(stripe)
  const ids = await give(stripe, world, { amount: '20.00' }, { amount: '30.00' }, { amount: '40.00' })
  const holdId = await failLongAgo(world)
  await db().donorChoice.findMany({ where: { holdId } })
  const answers = await daysAgo(2, async () =>
    Promise.allSettled([
      ...ids.map(async (id) => answerChoice(GUEST, { token: await tokenOf(holdId, id), choice: 'refund' })),
    ]),
  )
  const late = await Promise.allSettled([
    advanceCampaign(WORKER, world.campaign.id),
    ...ids.map(async (id) => answerChoice(GUEST, { token: await tokenOf(holdId, id), choice: 'redirect' })),
  ])
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
  expect(late.slice(1).every(({ status }) => status === 'rejected')).toBe(true)
  await settleAll(stripe)
  await advanceCampaign(WORKER, world.campaign.id)
  const choices = await choicesOf(holdId)
  for (const { choice, refund, atStakeMinor } of choices) {
    expect([choice, refund?.status, refund?.amountMinor]).toEqual(['refund', 'succeeded', atStakeMinor])
  }
  expect(await unspentMinor(world.fundId)).toBe(0n)
  await expectSound()
})

test('a crash after the wish was written: the next run makes that refund and no second one', async () => {
  const world = await makeHoldWorld(stripe)
  const [donationId = ''] = await give(stripe, world, { amount: '50.00' })
  const holdId = await failLongAgo(world)
  await daysAgo(2, async () => answerChoice(GUEST, { token: await tokenOf(holdId, donationId), choice: 'refund' }))
  const fault = { method: 'POST', path: '/v1/refunds', kind: '429', times: 50 }
  await stripe.control('PUT', 'faults', { rules: [fault] })
  await advanceCampaign(WORKER, world.campaign.id)
  await stripe.control('PUT', 'faults', { rules: [] })
  expect((await holdOf(world)).status).toBe('choosing')
  await advanceCampaign(WORKER, world.campaign.id)
  const { sendRefund } = await import('#lib/donations/send-refund.ts')
  const [refund] = await db().refund.findMany({ where: { donationId } })
  await sendRefund(WORKER, refund?.id ?? '')
  await settleAll(stripe)
  await advanceCampaign(WORKER, world.campaign.id)
  expect(await db().refund.count({ where: { donationId } })).toBe(1)
  const { chargeId } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  expect((await stripeClient().refunds.list({ charge: chargeId ?? '' })).data).toHaveLength(1)
  await expectSound()
})

test('without an alternate everything goes back; what came in cash waits for a treasurer’s hand', async () => {
  const world = await makeHoldWorld(stripe, { alternate: false })
  const [byCard = ''] = await give(stripe, world, { amount: '80.00' })
  const { recordOfflineGift } = await import('#lib/donations/record-offline-gift.ts')
  await recordOfflineGift(world.people.treasurer, {
    ...{
      campaignId: world.campaign.id,
      amount: '30.00',
      method: 'cash',
      receivedOn: new Date().toISOString().slice(0, 10),
    },
    ...{ reference: '', email: 'cash@example.org', name: 'C. Ash', submissionKey: newId().replaceAll('-', '') },
  })
  await foldFund(db(), world.fundId)
  const holdId = await failLongAgo(world)
  await advanceCampaign(WORKER, world.campaign.id)
  await settleAll(stripe)
  await advanceCampaign(WORKER, world.campaign.id)
  const view = await findHold(world.people.treasurer, holdId)
  expect(view.openRefunds).toMatchObject([{ minor: 3_000n, why: 'It did not come by card.' }])
  expect(view.status).toBe('choosing')
  const refund = await db().refund.findFirstOrThrow({ where: { donationId: byCard } })
  expect(refund.amountMinor).toBe(await netOf(byCard))
  const closing = { holdId, version: view.version, reason: 'Everything is settled.' }
  expect((await refusal(closeHold(world.people.treasurer, closing))).code).toBe('wrong_state')
  const choiceId = view.openRefunds[0]?.choiceId
  const today = new Date().toISOString().slice(0, 10)
  const hand = { choiceId, how: 'given_back', paidOn: today, reference: '', note: 'Given back at the office.' }
  await settleRefund(world.people.treasurer, hand)
  // What left the cash box has left the books.
  expect(await held(world.fundId)).toMatchObject({ refunds: 3_000n + refund.amountMinor })
  expect((await held(world.fundId))['undeposited']).toBeUndefined()
  await closeHold(world.people.treasurer, closing)
  expect(await holdOf(world)).toMatchObject({ status: 'closed', outcome: 'refunded' })
  await expectSound()
})

test('an expired approval fails only when two people say so, and they are two', async () => {
  const world = await makeHoldWorld(stripe)
  await give(stripe, world, { amount: '20.00' })
  await suspend(world)
  const { id: holdId, version } = await holdOf(world)
  const reason = 'They have dissolved.'
  expect((await refusal(declareFailure(world.people.organizer, { holdId, version, reason }))).code).toBe('forbidden')
  await declareFailure(world.people.treasurer, { holdId, version, reason })
  const next = { holdId, version: version + 1 }
  expect((await refusal(confirmFailure(world.people.treasurer, next))).code).toBe('segregation_of_duties')
  const stranger = await makePerson(
    (
      await db().chapter.create({
        data: {
          ...{ slug: newId(), name: 'Other', legalName: 'Other', city: 'Riga', country: 'LV', currency: 'USD' },
        },
      })
    ).id,
    'Stranger',
    'treasurer',
  )
  expect((await refusal(confirmFailure(stranger, next))).code).toBe('not_found')
  const same = db().campaignHold.update({
    where: { id: holdId },
    data: { confirmedById: world.people.treasurer.userId },
  })
  await expect(same).rejects.toThrow(/campaign_hold_two_people/)
  const alone = db().campaignHold.update({
    where: { id: holdId },
    data: { status: 'choosing', choiceUntil: new Date(Date.now() + 1_000_000) },
  })
  await expect(alone).rejects.toThrow(/two people/)
  await confirmFailure(world.people.second, next)
  await handleGroupChange({ aidGroupId: world.groupId })
  expect((await holdOf(world)).status).toBe('choosing')
})

test('while something is promised to the failed group refunds wait, and a treasurer calls it off with one step', async () => {
  const world = await makeHoldWorld(stripe, { alternate: false })
  const [donationId = ''] = await give(stripe, world, { amount: '100.00' })
  await toBank(world.fundId, 9_000n)
  const disbursementId = await ask(world, '50.00')
  await approveDisbursement(world.people.treasurer, { disbursementId, version: 1 })
  const holdId = await failLongAgo(world)
  await advanceCampaign(WORKER, world.campaign.id)
  expect(await db().refund.count({ where: { donationId } })).toBe(0)
  expect(await cancelUnsent(world.people.treasurer, { holdId })).toBe(1)
  await advanceCampaign(WORKER, world.campaign.id)
  await settleAll(stripe)
  await advanceCampaign(WORKER, world.campaign.id)
  const refund = await db().refund.findFirstOrThrow({ where: { donationId } })
  expect(refund).toMatchObject({ status: 'succeeded', reserveMinor: 0n, receivableMinor: 0n })
  expect(await unspentMinor(world.fundId)).toBe(0n)
  expect(await holdOf(world)).toMatchObject({ status: 'closed', outcome: 'refunded' })
  await expectSound()
})

test('the link shows one giver’s gifts, another text shows nothing, and after the window it only tells', async () => {
  const world = await makeHoldWorld(stripe)
  const email = `both-${newId().slice(-6)}@example.org`
  const [one = ''] = await give(
    stripe,
    world,
    { amount: '20.00', email },
    { amount: '30.00', email },
    { amount: '5.00' },
  )
  await suspend(world)
  await reject(world)
  const { id: holdId } = await holdOf(world)
  const token = await tokenOf(holdId, one)
  const page = await readChoicePage(token)
  expect(page).toMatchObject({ giftCount: 2, isOpen: true, choice: null, silent: 'redirect' })
  expect(page?.alternate?.name).toBe('Second kitchen')
  expect(await readChoicePage(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeNull()
  const mails = await db().outboundMail.findMany({ where: { recipient: email, subject: { contains: 'you choose' } } })
  expect(mails).toHaveLength(1)
  expect(mails[0]?.text).toContain(token)
  expect((await refusal(answerChoice(GUEST, { token: 'A'.repeat(43), choice: 'refund' }))).code).toBe('not_found')
})

test('what is promised to a group that failed earlier is called off before anybody is refunded, too', async () => {
  const world = await makeHoldWorld(stripe, { alternate: false, groups: 2 })
  const [donationId = ''] = await give(stripe, world, { amount: '100.00' })
  await toBank(world.fundId, 9_000n)
  const disbursementId = await ask(world, '50.00')
  await approveDisbursement(world.people.treasurer, { disbursementId, version: 1 })
  await suspend(world)
  await reject(world)
  const [, other = ''] = world.groups
  await daysAgo(15, async () => {
    await suspend(world, other)
    await reject(world, other)
  })
  const hold = await db().campaignHold.findFirstOrThrow({
    where: { campaignId: world.campaign.id, status: 'choosing' },
  })
  await advanceCampaign(WORKER, world.campaign.id)
  expect(await db().refund.count({ where: { donationId } })).toBe(0)
  expect((await findHold(world.people.treasurer, hold.id)).disbursements).toHaveLength(1)
  expect(await cancelUnsent(world.people.treasurer, { holdId: hold.id })).toBe(1)
  await advanceCampaign(WORKER, world.campaign.id)
  await settleAll(stripe)
  const refund = await db().refund.findFirstOrThrow({ where: { donationId } })
  expect(refund).toMatchObject({ status: 'succeeded', reserveMinor: 0n, receivableMinor: 0n })
  await expectSound()
})
