import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { findDonor } from '#lib/donations/find-donor.ts'
import { findGift } from '#lib/donations/find-gift.ts'
import { listGifts } from '#lib/donations/list-gifts.ts'
import { listOpenDisputes } from '#lib/donations/list-losses.ts'
import { payDebt } from '#lib/donations/pay-debt.ts'
import { previewRefund } from '#lib/donations/preview-refund.ts'
import { requestRefund } from '#lib/donations/request-refund.ts'
import { returnLoss } from '#lib/donations/return-loss.ts'
import { setLossPolicy } from '#lib/donations/set-loss-policy.ts'
import { syncCharge } from '#lib/donations/sync-charge.ts'
import { newId } from '#lib/ids.ts'
import { encumberFund } from '#lib/ledger/encumber-fund.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { stripe } from '#lib/stripe/client.ts'
import {
  expectSound,
  fillReserve,
  held,
  type PaidGift,
  paidGift,
  person,
  refusal,
  spendGift,
  toBank,
} from './aftermath.ts'
import { settleAll, useWorld } from './world.ts'

const world = useWorld()
const WORKER = { kind: 'system', name: 'worker' } as const

async function dispute(gift: PaidGift, facts: Record<string, unknown> = {}): Promise<string> {
  const { id } = (await world.control('POST', 'disputes', { charge: gift.chargeId, ...facts })) as { id: string }
  await settleAll(world)
  return id
}

async function step(id: string, name: string, body: unknown = {}): Promise<void> {
  await world.control('POST', `disputes/${id}/${name}`, body)
  await settleAll(world)
}

function disputesOf(gift: PaidGift) {
  return db().dispute.findMany({
    where: { donationId: gift.donationId },
    orderBy: [{ openedAt: 'asc' }, { id: 'asc' }],
  })
}

/** The ledger's and Stripe's idea of what lies at Stripe. */
async function expectSameAtStripe(): Promise<void> {
  const [row] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT sum(balance_minor)::bigint AS minor FROM ledger.balances WHERE role IN ('stripe_pending', 'stripe_available')`
  const stripeMinor = (await world.transactions()).reduce((sum, line) => sum + BigInt(line.net), 0n)
  expect(row?.minor).toBe(stripeMinor)
}

test('an inquiry moves nothing, and moves when it becomes a dispute', async () => {
  const gift = await paidGift(world)
  const before = await held(gift.fundId)
  const id = await dispute(gift, { inquiry: true })
  expect(await disputesOf(gift)).toMatchObject([{ status: 'warning_needs_response', withdrawnMinor: 0n, ownMinor: 0n }])
  expect(await held(gift.fundId)).toEqual(before)
  await step(id, 'escalate')
  expect(await disputesOf(gift)).toMatchObject([{ status: 'needs_response', withdrawnMinor: 2500n, feeMinor: 1500n }])
  await expectSound()
})

test('an inquiry that is closed leaves everything as it was', async () => {
  const gift = await paidGift(world)
  const before = await held(gift.fundId)
  const id = await dispute(gift, { inquiry: true })
  await step(id, 'close_inquiry')
  expect(await disputesOf(gift)).toMatchObject([{ status: 'warning_closed', withdrawnMinor: 0n }])
  expect(await held(gift.fundId)).toEqual(before)
})

test('an open dispute takes amount and fee at once; lost, they stay away; a lost one that is appealed and won comes back', async () => {
  const gift = await paidGift(world)
  await fillReserve(world, gift.chapter.id)
  const before = await held(gift.fundId)
  const id = await dispute(gift)
  const taken = await held(gift.fundId)
  expect(taken).toMatchObject({
    disputes_lost: 2500n,
    dispute_fees: 1500n,
    interfund: -1603n,
    stripe_available: -2397n,
  })
  await step(id, 'lose')
  expect(await held(gift.fundId)).toEqual(taken)
  expect(await disputesOf(gift)).toMatchObject([{ status: 'lost', ownMinor: 2397n, reserveMinor: 1603n }])
  await step(id, 'appeal')
  expect(await disputesOf(gift)).toMatchObject([{ status: 'appeal_needs_response' }])
  await step(id, 'review')
  await step(id, 'win', { fee_returned: true })
  expect(await disputesOf(gift)).toMatchObject([
    { status: 'won', withdrawnMinor: 2500n, reinstatedMinor: 2500n, feeMinor: 0n, ownMinor: 0n, reserveMinor: 0n },
  ])
  expect(await held(gift.fundId)).toEqual(before)
  await expectSound()
  await expectSameAtStripe()
})

test('a won dispute comes back without the fee that Stripe keeps, which the reserve bears', async () => {
  const gift = await paidGift(world)
  const reserve = await fillReserve(world, gift.chapter.id)
  const before = (await held(gift.fundId))['stripe_pending']
  const id = await dispute(gift)
  await step(id, 'review')
  await step(id, 'win', { fee_returned: false })
  expect(await disputesOf(gift)).toMatchObject([{ status: 'won', feeMinor: 1500n, ownMinor: 0n, reserveMinor: 1500n }])
  expect(await held(gift.fundId)).toMatchObject({ stripe_pending: before, dispute_fees: 1500n, interfund: -1500n })
  expect((await held(reserve))['interfund']).toBe(1500n)
  await expectSound()
  await expectSameAtStripe()
})

test('a dispute after a refund, a second dispute after a won one, and a refund after a won one each have their place', async () => {
  const gift = await paidGift(world, { tip: '10' })
  await fillReserve(world, gift.chapter.id)
  await stripe().refunds.create({ charge: gift.chargeId, amount: 1000 })
  await settleAll(world)
  const first = await dispute(gift, { amount: 1750 })
  await step(first, 'win', { fee_returned: true })
  const second = await dispute(gift, { amount: 900 })
  await step(second, 'win', { fee_returned: true })
  await stripe().refunds.create({ charge: gift.chargeId, amount: 850 })
  await settleAll(world)
  expect(await disputesOf(gift)).toMatchObject([{ status: 'won' }, { status: 'won' }])
  const [fund, tips] = [await held(gift.fundId), await held(gift.donation.tipFundId ?? 0n)]
  expect((fund['refunds'] ?? 0n) + (tips['refunds'] ?? 0n)).toBe(1850n)
  expect(fund['disputes_lost']).toBeUndefined()
  await expectSound()
  await expectSameAtStripe()
})

test('a full dispute after a partial refund takes more than the gift brought, and is not refused', async () => {
  const gift = await paidGift(world)
  await fillReserve(world, gift.chapter.id)
  await stripe().refunds.create({ charge: gift.chargeId, amount: 1000 })
  await settleAll(world)
  await dispute(gift, { amount: 2500 })
  expect(await disputesOf(gift)).toMatchObject([{ withdrawnMinor: 2500n, ownMinor: 1397n, reserveMinor: 2603n }])
  await expectSound()
  await expectSameAtStripe()
})

test('of a decision in part, what comes back comes back and the rest stays lost', async () => {
  const gift = await paidGift(world, { tip: '10' })
  await fillReserve(world, gift.chapter.id)
  const id = await dispute(gift)
  await step(id, 'win', { amount: 1000, fee_returned: true })
  const lost = async () => {
    const [fund, tips] = [await held(gift.fundId), await held(gift.donation.tipFundId ?? 0n)]
    return (fund['disputes_lost'] ?? 0n) + (tips['disputes_lost'] ?? 0n)
  }
  expect(await lost()).toBe(1750n)
  expect((await held(gift.fundId))['dispute_fees']).toBeUndefined()
  expect(await disputesOf(gift)).toMatchObject([
    { status: 'won', withdrawnMinor: 2750n, reinstatedMinor: 1000n, returnedMinor: 1000n, feeMinor: 0n },
  ])
  await expectSound()
  await expectSameAtStripe()

  // What stays lost cannot be refunded a second time; what came back can.
  const desk = await person(gift.chapter.id, 'treasurer')
  expect((await findGift(desk, gift.donationId)).refundableMinor).toBe(1000n)
  await step(id, 'appeal')
  await step(id, 'win', { amount: 500 })
  expect(await lost()).toBe(1250n)
  await step(id, 'appeal')
  await step(id, 'win')
  expect(await lost()).toBe(0n)
  expect(await disputesOf(gift)).toMatchObject([{ status: 'won', reinstatedMinor: 2750n, returnedMinor: 2750n }])
  expect((await findGift(desk, gift.donationId)).refundableMinor).toBe(2750n)
  expect(await db().stripeEvent.findMany({ where: { status: 'quarantined' } })).toEqual([])
  await expectSound()
  await expectSameAtStripe()
})

test('every step of a decision in parts can be told of late and at once, and ends the same', async () => {
  const gift = await paidGift(world, { tip: '10' })
  await fillReserve(world, gift.chapter.id)
  await world.control('PUT', 'delivery', { mode: 'drop' })
  const id = await dispute(gift)
  for (const [name, body] of [['win', { amount: 900 }], ['appeal'], ['win', { amount: 800 }]] as const)
    await step(id, name, body)
  await world.control('PUT', 'delivery', { mode: 'normal' })
  await syncCharge(WORKER, { chargeId: gift.chargeId, isTouched: true })
  const [fund, tips] = [await held(gift.fundId), await held(gift.donation.tipFundId ?? 0n)]
  expect((fund['disputes_lost'] ?? 0n) + (tips['disputes_lost'] ?? 0n)).toBe(1050n)
  expect(await disputesOf(gift)).toMatchObject([{ withdrawnMinor: 2750n, returnedMinor: 1700n }])
  await expectSound()
  await expectSameAtStripe()
})

test('a dispute after the money was sent is shown as debt and blocks what would leave the fund', async () => {
  const gift = await paidGift(world, { amount: '100.00' })
  await spendGift(gift)
  await dispute(gift)
  const fund = await fundHeadroom(db(), gift.fundId)
  expect([fund.headroomMinor, fund.receivableMinor]).toEqual([0n, 11_500n])
  expect(await disputesOf(gift)).toMatchObject([{ ownMinor: 0n, receivableMinor: 11_500n }])
  const later = await paidGift(world, { amount: '400.00' }, { chapterId: gift.chapter.id })
  expect(later.fundId).not.toBe(gift.fundId)
  const posting = {
    ...{ idempotencyKey: newId(), sourceType: 'test', sourceId: 'x', effectiveAt: new Date(), actorId: 'system:seed' },
  }
  expect(await refusal(encumberFund(db(), { ...posting, fundId: gift.fundId, amountMinor: 1n }))).toMatchObject({
    code: 'insufficient_funds',
  })
  const treasurer = await person(gift.chapter.id, 'treasurer')
  expect((await listOpenDisputes(treasurer)).map((row) => row.donationId)).toEqual([gift.donationId])
  expect((await findGift(treasurer, gift.donationId)).funds).toMatchObject([{ receivableMinor: 11_500n }])
  await expectSound()
})

test('the chapter pays its debt from the general fund’s bank, as far as that goes; then money may leave again', async () => {
  const gift = await paidGift(world, { amount: '20.00' })
  await spendGift(gift)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  await dispute(gift, { amount: 500 })
  const debt = { fundId: String(gift.fundId) }
  expect(await refusal(payDebt(treasurer, debt))).toMatchObject({ code: 'insufficient_funds' })
  const reserve = await fillReserve(world, gift.chapter.id)
  const stranger = await person((await paidGift(world)).chapter.id, 'treasurer')
  expect(await refusal(payDebt(stranger, debt))).toMatchObject({ code: 'not_found' })
  await toBank(reserve, 3000n)
  expect(await payDebt(treasurer, debt)).toEqual({ paidMinor: 2000n, currency: 'USD' })
  expect(await fundHeadroom(db(), gift.fundId)).toMatchObject({ receivableMinor: 0n })
  expect(await refusal(payDebt(treasurer, debt))).toMatchObject({ code: 'wrong_state' })
  await expectSound()
})

test('a dispute that is won after the chapter paid for it gives the chapter its money back', async () => {
  const gift = await paidGift(world, { amount: '20.00' })
  await spendGift(gift)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  const id = await dispute(gift, { amount: 500 })
  const reserve = await fillReserve(world, gift.chapter.id)
  await toBank(reserve, 3000n)
  await payDebt(treasurer, { fundId: String(gift.fundId) })
  const paid = await fundHeadroom(db(), reserve)
  await step(id, 'win')
  // What came back is the chapter's: until it has it, the fund can neither spend nor promise it.
  expect(await fundHeadroom(db(), gift.fundId)).toMatchObject({ headroomMinor: 0n, receivableMinor: -2000n })
  expect(await refusal(payDebt(treasurer, { fundId: String(gift.fundId) }))).toMatchObject({ code: 'wrong_state' })
  await expectSound()
  const stranger = await person((await paidGift(world)).chapter.id, 'treasurer')
  const debt = { fundId: String(gift.fundId) }
  expect(await refusal(returnLoss(stranger, debt))).toMatchObject({ code: 'not_found' })
  const both = await Promise.allSettled([returnLoss(treasurer, debt), returnLoss(treasurer, debt)])
  expect(both.filter(({ status }) => status === 'fulfilled')).toMatchObject([
    { value: { returnedMinor: 2000n, currency: 'USD' } },
  ])
  expect(await fundHeadroom(db(), gift.fundId)).toMatchObject({ headroomMinor: 0n, receivableMinor: 0n, bankMinor: 0n })
  expect(await fundHeadroom(db(), reserve)).toMatchObject({
    headroomMinor: paid.headroomMinor + 2000n,
    bankMinor: paid.bankMinor + 2000n,
  })
  expect((await held(gift.fundId))['refunds']).toBeUndefined()
  await expectSound()
})

test('what the general fund bore for itself it has again when the dispute is won', async () => {
  const gift = await paidGift(world, { tip: '10' })
  const general = gift.donation.tipFundId ?? 0n
  const treasurer = await person(gift.chapter.id, 'treasurer')
  const id = await dispute(gift)
  await fillReserve(world, gift.chapter.id)
  await toBank(general, 3000n)
  const owed = (await held(general))['chapter_receivable'] ?? 0n
  expect(owed).toBeGreaterThan(0n)
  await payDebt(treasurer, { fundId: String(general) })
  await step(id, 'win')
  const before = await fundHeadroom(db(), general)
  expect(await returnLoss(treasurer, { fundId: String(general) })).toMatchObject({ returnedMinor: owed })
  expect((await fundHeadroom(db(), general)).headroomMinor).toBe(before.headroomMinor + owed)
  await expectSound()
})

test('what the chapter owes its own general fund, that fund bears as soon as it has money', async () => {
  const gift = await paidGift(world, { tip: '10' })
  const general = gift.donation.tipFundId ?? 0n
  await stripe().refunds.create({ charge: gift.chargeId })
  await settleAll(world)
  const owed = (await held(general))['chapter_receivable'] ?? 0n
  expect(owed).toBeGreaterThan(0n)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  const debt = { fundId: String(general) }
  expect(await refusal(payDebt(treasurer, debt))).toMatchObject({ code: 'insufficient_funds' })
  await fillReserve(world, gift.chapter.id)
  await toBank(general, 3000n)
  expect((await payDebt(treasurer, debt)).paidMinor).toBe(owed)
  expect((await held(general))['chapter_receivable']).toBeUndefined()
  await expectSound()
})

test('who bears lost fees is said by an administrator, and one chapter of a currency pays for the account', async () => {
  const [one, two] = [(await paidGift(world)).chapter.id, (await paidGift(world)).chapter.id]
  const admin = { ...(await person(one)), isAdmin: true }
  const policy = (chapterId: string) => ({ chapterId, lostFeeBearer: 'gift_fund', bearsStripeFees: 'yes' })
  expect(await refusal(setLossPolicy(await person(one, 'treasurer'), policy(one)))).toMatchObject({ code: 'not_found' })
  await setLossPolicy(admin, policy(one))
  await setLossPolicy(admin, policy(two))
  const rows = await db().chapter.findMany({
    where: { bearsStripeFees: true },
    select: { id: true, lostFeeBearer: true },
  })
  expect(rows).toEqual([{ id: two, lostFeeBearer: 'gift_fund' }])
})

test('every event again, in any order and at once, changes nothing', async () => {
  const gift = await paidGift(world)
  const id = await dispute(gift, { amount: 1500 })
  await stripe().refunds.create({ charge: gift.chargeId, amount: 500 })
  await step(id, 'win')
  const before = await held(gift.fundId)
  const events = await db().auditEvent.count()
  await Promise.all(Array.from({ length: 6 }, () => syncCharge(WORKER, { chargeId: gift.chargeId, isTouched: true })))
  expect(await held(gift.fundId)).toEqual(before)
  expect(await db().auditEvent.count()).toBe(events)
  await expectSound()
})

test('another chapter’s gift is not found: not to read, not to preview, not to refund; and each try leaves an audit row', async () => {
  const gift = await paidGift(world)
  const { donationId } = gift
  const stranger = await person((await paidGift(world)).chapter.id, 'treasurer')
  const input = { donationId, amount: '1.00', reason: 'Mine', submissionKey: newId().replaceAll('-', '') }
  expect(await refusal(findGift(stranger, donationId))).toMatchObject({ code: 'not_found' })
  expect(await refusal(previewRefund(stranger, input))).toMatchObject({ code: 'not_found' })
  expect(await refusal(requestRefund(stranger, input))).toMatchObject({ code: 'not_found' })
  const refused = await db().auditEvent.findMany({ where: { subjectId: donationId, action: 'access.refuse' } })
  expect(refused.map((event) => event.actorId)).toEqual([stranger.userId, stranger.userId, stranger.userId])
  expect((await listGifts(stranger, { text: donationId })).rows).toEqual([])
  const { email } = await db().donor.findFirstOrThrow({ where: { donations: { some: { id: donationId } } } })
  expect(await refusal(findDonor(stranger, { email }))).toMatchObject({ code: 'invalid_input' })
})

test('an auditor reads a gift without its donor and gives nothing back; an organizer does not find it', async () => {
  const gift = await paidGift(world)
  const { donationId } = gift
  const auditor = await person(gift.chapter.id, 'auditor')
  const input = { donationId, amount: '1.00', reason: 'x', submissionKey: newId().replaceAll('-', '') }
  expect(await findGift(auditor, donationId)).toMatchObject({ mayRefund: false, donorId: null })
  expect(await refusal(requestRefund(auditor, input))).toMatchObject({ code: 'forbidden' })
  const organizer = await person(gift.chapter.id, 'organizer')
  expect(await refusal(findGift(organizer, donationId))).toMatchObject({ code: 'not_found' })
  expect(await refusal(findGift({ kind: 'guest' }, donationId))).toMatchObject({ code: 'not_signed_in' })
})

test('gifts are found by id, campaign, day, amount, state and, by a treasurer, by the donor’s address', async () => {
  const gift = await paidGift(world, { amount: '31.00', email: 'someone@example.org' })
  await stripe().refunds.create({ charge: gift.chargeId, amount: 100 })
  await settleAll(world)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  const today = new Date().toISOString().slice(0, 10)
  const donor = await findDonor(treasurer, { email: 'Someone@Example.org' })
  const [{ stripeId } = { stripeId: null }] = await db().refund.findMany({ where: { donationId: gift.donationId } })
  const searches = [
    ...[{ text: gift.donationId }, { text: gift.chargeId }, { text: stripeId ?? '' }, { campaign: gift.campaign.slug }],
    ...[{ from: today, to: today }, { amount: '31' }, { status: 'refunded' as const }, { donor }, {}],
  ]
  for (const search of searches) {
    const { rows } = await listGifts(treasurer, search)
    expect(
      rows.map((row) => row.id),
      JSON.stringify(search),
    ).toEqual([gift.donationId])
  }
  for (const search of [
    { amount: '30.99' },
    { status: 'disputed' as const },
    { to: '2020-01-01' },
    { text: 'nothing' },
  ]) {
    expect((await listGifts(treasurer, search)).rows).toEqual([])
  }
})
