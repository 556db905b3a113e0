import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { returnHandRefund } from '#lib/donations/return-hand-refund.ts'
import { answerAgain } from '#lib/holds/answer-again.ts'
import { answerChoice } from '#lib/holds/answer-choice.ts'
import { closeHold } from '#lib/holds/close-hold.ts'
import { findHold, listHolds } from '#lib/holds/queries.ts'
import { readChoicePage } from '#lib/holds/read-choice.ts'
import { retryRefund } from '#lib/holds/retry-refund.ts'
import { advanceCampaign, runHolds } from '#lib/holds/run-holds.ts'
import { settleRefund } from '#lib/holds/settle-refund.ts'
import { signChoiceToken } from '#lib/holds/sign-link.ts'
import { newId } from '#lib/ids.ts'
import { encumberFund } from '#lib/ledger/encumber-fund.ts'
import { held, refusal, toBank } from '#tests/lib/donations/aftermath.ts'
import { GUEST, settleAll, useWorld } from '#tests/lib/donations/world.ts'
import {
  asideOf,
  ask,
  daysAgo,
  expectSound,
  give,
  type HoldWorld,
  holdOf,
  makeHoldWorld,
  reject,
  suspend,
  WORKER,
} from './world.ts'

const stripe = useWorld()
const TODAY = new Date().toISOString().slice(0, 10)

type CameBack = {
  world: HoldWorld
  holdId: string
  donationId: string
  token: string
  choiceId: string
  backMinor: bigint
}

/** Two gifts; the giver of the first wants it back, the hold ends, and only then the card's bank sends it back. */
async function cameBackAfterTheEnd(options: { alternate?: boolean; bankMinor?: bigint } = {}): Promise<CameBack> {
  const world = await makeHoldWorld(stripe, options)
  const email = `back-${newId().slice(-8)}@example.org`
  const [donationId = ''] = await give(stripe, world, { amount: '50.00', email }, { amount: '20.00' })
  await toBank(world.fundId, options.bankMinor ?? 6_737n)
  await daysAgo(15, async () => {
    await suspend(world)
    await reject(world)
  })
  const { id: holdId } = await holdOf(world)
  const { donorId } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  const token = signChoiceToken(holdId, donorId)
  if (options.alternate !== false) await daysAgo(2, () => answerChoice(GUEST, { token, choice: 'refund' }))
  await advanceCampaign(WORKER, world.campaign.id)
  await settleAll(stripe)
  await advanceCampaign(WORKER, world.campaign.id)
  expect((await holdOf(world)).status).toBe('closed')
  expect(await asideOf(world)).toMatchObject({ quarantinedMinor: 0n })
  await sendBack(donationId)
  const choice = await db().donorChoice.findFirstOrThrow({ where: { holdId, donationId } })
  return { world, holdId, donationId, token, choiceId: choice.id, backMinor: choice.atStakeMinor }
}

async function sendBack(donationId: string): Promise<void> {
  const refund = await db().refund.findFirstOrThrow({ where: { donationId, status: 'succeeded' } })
  await stripe.control('POST', `refunds/${refund.stripeId}/fail`, {})
  await settleAll(stripe)
}

/** What givers and the books must agree about, whatever happened. */
async function expectAside({ world, holdId }: CameBack, minor: bigint): Promise<void> {
  expect((await asideOf(world)).quarantinedMinor).toBe(minor)
  const view = await findHold(world.people.treasurer, holdId)
  expect(view.quarantinedMinor).toBe(minor)
  expect(view.openRefunds.reduce((sum, row) => sum + row.minor, 0n)).toBe(minor)
  await expectSound()
}

test('a refund that comes back after its hold has ended is set aside for its giver in the same transaction', async () => {
  const back = await cameBackAfterTheEnd()
  // Nothing of ours ran since the event: no worker, no loop.
  await expectAside(back, back.backMinor)
  const { world } = back
  const { headroomMinor } = await asideOf(world)
  const take = (amountMinor: bigint) =>
    encumberFund(db(), {
      ...{
        idempotencyKey: newId(),
        sourceType: 'test',
        sourceId: 'x',
        effectiveAt: new Date(),
        actorId: 'system:test',
      },
      ...{ fundId: world.fundId, amountMinor },
    })
  expect((await refusal(take(headroomMinor + 1n))).code).toBe('insufficient_funds')
  expect(await ask(world, '5.00', world.alternate?.id)).toBeTruthy()
})

test('the chapter and the giver are written to once, and the hold is listed with what is set aside', async () => {
  const back = await cameBackAfterTheEnd()
  const { donor } = await db().donation.findUniqueOrThrow({ where: { id: back.donationId }, include: { donor: true } })
  const subject = { contains: 'came back' }
  const mails = async () => [
    await db().outboundMail.count({ where: { subject, text: { contains: back.holdId } } }),
    await db().outboundMail.count({ where: { subject, recipient: donor.email ?? '' } }),
  ]
  await runHolds(WORKER)
  await runHolds(WORKER)
  const people = await db().chapterRole.findMany({
    where: { chapterId: back.world.chapter.id, role: { in: ['treasurer', 'organizer'] } },
    distinct: ['userId'],
  })
  expect(await mails()).toEqual([people.length, 1])
  const [row] = await listHolds(back.world.people.treasurer)
  expect(row).toMatchObject({ id: back.holdId, status: 'closed', quarantinedMinor: back.backMinor })
  await expectAside(back, back.backMinor)
})

test('a treasurer sends it to the card again: one refund more, set aside until it is in the books', async () => {
  const back = await cameBackAfterTheEnd()
  const { world, choiceId, donationId, holdId } = back
  expect((await refusal(retryRefund(world.people.organizer, { choiceId }))).code).toBe('forbidden')
  await Promise.all([1, 2].map(() => retryRefund(world.people.treasurer, { choiceId }).catch(() => undefined)))
  await settleAll(stripe)
  await runHolds(WORKER)
  const refunds = await db().refund.findMany({ where: { donationId }, orderBy: { createdAt: 'asc' } })
  expect(refunds.map(({ status, amountMinor }) => [status, amountMinor])).toEqual([
    ['failed', back.backMinor],
    ['succeeded', back.backMinor],
  ])
  await expectAside(back, 0n)
  const { totals } = await findHold(world.people.treasurer, holdId)
  expect(totals?.refunded).toEqual({ count: 1, minor: back.backMinor })
  await sendBack(donationId)
  await expectAside(back, back.backMinor)
})

test('given back by bank transfer it leaves the bank, the books and what is set aside, and the hold says so', async () => {
  const back = await cameBackAfterTheEnd()
  const { world, choiceId, holdId, donationId } = back
  const bankMinor = (await held(world.fundId))['bank'] ?? 0n
  const asked = { choiceId, how: 'given_back', paidOn: TODAY, reference: 'FT-99', note: 'To their bank account.' }
  expect((await refusal(settleRefund(world.people.treasurer, { ...asked, paidOn: '' }))).fields).toHaveProperty(
    'paidOn',
  )
  expect(
    (await refusal(settleRefund(world.people.treasurer, { ...asked, paidOn: '2999-01-01' }))).fields,
  ).toHaveProperty('paidOn')
  await Promise.all([1, 2].map(() => settleRefund(world.people.treasurer, asked)))
  expect((await held(world.fundId))['bank']).toBe(bankMinor - back.backMinor)
  const [refund] = await db().refund.findMany({ where: { donationId, origin: 'hand' } })
  expect(refund).toMatchObject({ amountMinor: back.backMinor, ownMinor: back.backMinor, paidReference: 'FT-99' })
  await expectAside(back, 0n)
  expect((await findHold(world.people.treasurer, holdId)).totals?.byHand).toEqual({ count: 1, minor: back.backMinor })
  expect(await readChoicePage(back.token)).toMatchObject({ givenBackMinor: back.backMinor, cameBackMinor: 0n })
  await returnHandRefund(world.people.treasurer, { refundId: refund?.id, reason: 'The account is closed' })
  await expectAside(back, back.backMinor)
  await settleRefund(world.people.treasurer, asked)
  await expectAside(back, 0n)
})

test('what cannot be given back stays with the campaign, with a reason, and nothing leaves', async () => {
  const back = await cameBackAfterTheEnd()
  const { world, choiceId, holdId } = back
  const bankMinor = (await held(world.fundId))['bank']
  await settleRefund(world.people.treasurer, { choiceId, how: 'kept', note: 'The giver cannot be found.' })
  await expectAside(back, 0n)
  expect((await held(world.fundId))['bank']).toBe(bankMinor)
  expect((await findHold(world.people.treasurer, holdId)).totals?.kept).toEqual({ count: 1, minor: back.backMinor })
})

test('the giver chooses anew by the same link: to the card again, or on to the alternate', async () => {
  const back = await cameBackAfterTheEnd()
  const { world, token, donationId } = back
  expect(await readChoicePage(token)).toMatchObject({ cameBackMinor: back.backMinor, canLetGo: true, isOpen: false })
  expect((await refusal(answerChoice(GUEST, { token, choice: 'redirect' }))).code).toBe('wrong_state')
  await answerAgain(GUEST, { token, choice: 'refund' })
  await settleAll(stripe)
  expect((await refusal(answerAgain(GUEST, { token, choice: 'refund' }))).code).toBe('wrong_state')
  await sendBack(donationId)
  await expectAside(back, back.backMinor)
  await answerAgain(GUEST, { token, choice: 'redirect' })
  await expectAside(back, 0n)
  expect(await readChoicePage(token)).toMatchObject({ letGoMinor: back.backMinor, cameBackMinor: 0n })
  expect((await refusal(answerAgain(GUEST, { token, choice: 'redirect' }))).code).toBe('wrong_state')
  expect((await refusal(answerAgain(GUEST, { token: 'A'.repeat(43), choice: 'refund' }))).code).toBe('not_found')
  expect((await asideOf(world)).headroomMinor).toBeGreaterThanOrEqual(back.backMinor)
})

test('without an alternate what came back goes to nobody but its giver', async () => {
  const back = await cameBackAfterTheEnd({ alternate: false })
  await expectAside(back, back.backMinor)
  expect(await readChoicePage(back.token)).toMatchObject({ canLetGo: false, cameBackMinor: back.backMinor })
  expect((await refusal(answerAgain(GUEST, { token: back.token, choice: 'redirect' }))).code).toBe('wrong_state')
})

test('what of it is still pending at Stripe is set aside as soon as it is there', async () => {
  const back = await cameBackAfterTheEnd({ alternate: false, bankMinor: 6_000n })
  expect(await asideOf(back.world)).toMatchObject({ quarantinedMinor: back.backMinor - 737n, headroomMinor: 0n })
  await toBank(back.world.fundId, 737n)
  await runHolds(WORKER)
  await expectAside(back, back.backMinor)
})

test('whoever waits for a refund of an ended hold is not asked again by the next one', async () => {
  const back = await cameBackAfterTheEnd()
  const { world } = back
  await suspend(world, world.alternate?.id)
  await reject(world, world.alternate?.id)
  const next = await holdOf(world)
  expect(next).toMatchObject({ status: 'choosing', aidGroupId: world.alternate?.id })
  const choices = await db().donorChoice.findMany({ where: { holdId: next.id } })
  expect(choices.map(({ donationId }) => donationId)).not.toContain(back.donationId)
  expect(choices).toHaveLength(1)
  const { quarantinedMinor, headroomMinor } = await asideOf(world)
  expect([headroomMinor, quarantinedMinor > back.backMinor]).toEqual([0n, true])
  await expectSound()
})

test('an open hold waits for the refund that came back, with its cents set aside beside the alternate’s', async () => {
  const world = await makeHoldWorld(stripe)
  const [byCard = '', other = ''] = await give(stripe, world, { amount: '50.00' }, { amount: '20.00' })
  await toBank(world.fundId, 6_000n)
  await daysAgo(15, async () => {
    await suspend(world)
    await reject(world)
  })
  const { id: holdId } = await holdOf(world)
  for (const donationId of [byCard, other]) {
    const { donorId } = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
    await daysAgo(2, () => answerChoice(GUEST, { token: signChoiceToken(holdId, donorId), choice: 'refund' }))
  }
  await advanceCampaign(WORKER, world.campaign.id)
  await settleAll(stripe)
  await sendBack(byCard)
  await advanceCampaign(WORKER, world.campaign.id)
  const view = await findHold(world.people.treasurer, holdId)
  expect(view.openRefunds).toMatchObject([
    { donationId: byCard, why: 'The card’s bank did not take it.', canRetry: true },
  ])
  const closing = { holdId, version: view.version, reason: 'Done.' }
  expect((await refusal(closeHold(world.people.treasurer, closing))).code).toBe('wrong_state')
  await settleRefund(world.people.treasurer, { choiceId: view.openRefunds[0]?.choiceId, how: 'kept', note: 'Unknown.' })
  expect((await findHold(world.people.treasurer, holdId)).openRefunds).toEqual([])
  await expectSound()
})

test('the database lets no ended hold keep more than its givers wait for, and no second refund beside one that stands', async () => {
  const back = await cameBackAfterTheEnd()
  const { world, holdId, choiceId } = back
  const more = encumberFund(db(), {
    ...{ idempotencyKey: newId(), sourceType: 'campaign_hold', sourceId: holdId, effectiveAt: new Date() },
    ...{ actorId: 'system:test', fundId: world.fundId, amountMinor: 1n },
  })
  await expect(more).rejects.toThrow(/only through a disbursement/)
  await retryRefund(world.people.treasurer, { choiceId })
  const refund = await db().refund.findFirstOrThrow({ where: { donationId: back.donationId, status: 'failed' } })
  const again = db().donorChoice.update({ where: { id: choiceId }, data: { refundId: refund.id } })
  await expect(again).rejects.toThrow(/only one that came to nothing/)
})
