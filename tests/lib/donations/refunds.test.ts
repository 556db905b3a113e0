import { expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { previewRefund } from '#lib/donations/preview-refund.ts'
import { requestRefund } from '#lib/donations/request-refund.ts'
import { sendRefund } from '#lib/donations/send-refund.ts'
import { syncCharge } from '#lib/donations/sync-charge.ts'
import { newId } from '#lib/ids.ts'
import { stripe } from '#lib/stripe/client.ts'
import { expectSound, fillReserve, held, type PaidGift, paidGift, person, refusal, spendGift } from './aftermath.ts'
import { settleAll, useWorld } from './world.ts'

const world = useWorld()
const WORKER = { kind: 'system', name: 'worker' } as const
const DAY = 86_400

function form(gift: PaidGift, amount: string, submissionKey = newId().replaceAll('-', '')) {
  return { donationId: gift.donationId, amount, reason: 'Asked by the donor', submissionKey }
}

async function refundsOf(gift: PaidGift) {
  return db().refund.findMany({ where: { donationId: gift.donationId }, orderBy: { createdAt: 'asc' } })
}

test('a refund from the dashboard is booked once, and pending money never goes below zero', async () => {
  const gift = await paidGift(world)
  await stripe().refunds.create({ charge: gift.chargeId, amount: 1000 })
  await settleAll(world)
  await syncCharge(WORKER, { chargeId: gift.chargeId, isTouched: true })
  expect(await refundsOf(gift)).toMatchObject([
    { origin: 'stripe', status: 'succeeded', amountMinor: 1000n, ownMinor: 1000n },
  ])
  expect(await held(gift.fundId)).toMatchObject({ stripe_pending: 2397n, stripe_available: -1000n, refunds: 1000n })
  await expectSound()
  world.sandbox.advance(3 * DAY)
  const restore = replaceClock(() => new Date(Date.now() + 3 * DAY * 1_000))
  await postDueAvailable()
  restore()
  expect(await held(gift.fundId)).toEqual({
    ...{ contributions: -2500n, processing_fees: 103n, refunds: 1000n, stripe_available: 1397n },
  })
  await expectSound()
})

test('a refund that comes before the gift is settled settles it first', async () => {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  const gift = await paidGift(world)
  const { data } = await stripe().charges.list({ limit: 1 })
  const charge = data[0]?.id ?? ''
  await world.control('PUT', 'delivery', { mode: 'normal' })
  await world.control('POST', 'refunds', { charge, amount: 500 })
  await settleAll(world)
  expect(await db().donation.findUniqueOrThrow({ where: { id: gift.donationId } })).toMatchObject({ status: 'settled' })
  expect(await refundsOf(gift)).toMatchObject([{ status: 'succeeded', amountMinor: 500n }])
  await expectSound()
})

test('partial, partial and full from the dashboard are three refunds over everything, and a gift with a tip gives back from both funds', async () => {
  const gift = await paidGift(world, { amount: '25.00', tip: '10', coverFee: true })
  const reserve = gift.donation.tipFundId ?? 0n
  for (const amount of [700, 333]) await stripe().refunds.create({ charge: gift.chargeId, amount })
  await settleAll(world)
  await stripe().refunds.create({ charge: gift.chargeId })
  await settleAll(world)
  const refunds = await refundsOf(gift)
  const totalMinor = gift.donation.giftMinor + gift.donation.coverMinor + gift.donation.tipMinor
  expect(refunds.map((refund) => refund.status)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  expect(refunds.reduce((sum, refund) => sum + refund.amountMinor, 0n)).toBe(totalMinor)
  expect((await held(gift.fundId))['refunds']).toBe(gift.donation.giftMinor + gift.donation.coverMinor)
  // The general fund has nobody behind it: its own lost fee is owed to it.
  const { refunds: lost = 0n, chapter_receivable: owed = 0n } = await held(reserve)
  expect(lost + owed).toBe(gift.donation.tipMinor)
  await expectSound()
})

test('a treasurer gives part of a gift back, and the same form sent twice is one refund', async () => {
  const gift = await paidGift(world)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  const sent = form(gift, '10.00')
  const [first, second] = await Promise.all([
    requestRefund(treasurer, sent),
    requestRefund(treasurer, sent).catch(() => null),
  ])
  await requestRefund(treasurer, sent)
  await settleAll(world)
  expect(second === null || second.refundId === first.refundId).toBe(true)
  expect(await refundsOf(gift)).toMatchObject([
    { origin: 'desk', status: 'succeeded', amountMinor: 1000n, requestedById: treasurer.userId, ownMinor: 1000n },
  ])
  expect(await stripe().refunds.list({ charge: gift.chargeId })).toMatchObject({ data: [{ amount: 1000 }] })
  const events = await db().auditEvent.findMany({ where: { subjectId: gift.donationId, action: 'donation.refund' } })
  expect(events).toMatchObject([{ actorId: treasurer.userId, reason: 'Asked by the donor' }])
  await expectSound()
})

test('an over-refund is refused at its field and says what can still be refunded', async () => {
  const gift = await paidGift(world)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  await requestRefund(treasurer, form(gift, '20.00'))
  for (const amount of ['5.01', '25.00', '0', '-5', '4.999', '٥', '']) {
    expect(await refusal(requestRefund(treasurer, form(gift, amount)))).toMatchObject({ code: 'invalid_input' })
  }
  const { fields } = await refusal(requestRefund(treasurer, form(gift, '5.01')))
  expect(fields['amount']?.[0]).toContain('5.00')
  await requestRefund(treasurer, form(gift, '5.00'))
  expect((await refusal(requestRefund(treasurer, form(gift, '0.01')))).fields['amount']).toEqual([
    'Nothing of this gift is left to refund.',
  ])
  expect((await refundsOf(gift)).length).toBe(2)
})

test('a connection that broke after Stripe had made the refund gives back once', async () => {
  const gift = await paidGift(world)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  const rules = [{ method: 'POST', path: '/v1/refunds', kind: 'reset_after_commit', times: 9 }]
  await world.control('PUT', 'faults', { rules })
  expect(await refusal(requestRefund(treasurer, form(gift, '10.00')))).toMatchObject({ code: 'payment_provider' })
  await world.control('PUT', 'faults', { rules: [] })
  const [wish] = await refundsOf(gift)
  await sendRefund(WORKER, wish?.id ?? '')
  await sendRefund(WORKER, wish?.id ?? '')
  await settleAll(world)
  expect(await refundsOf(gift)).toMatchObject([{ id: wish?.id, status: 'succeeded', origin: 'desk' }])
  expect((await stripe().refunds.list({ charge: gift.chargeId })).data).toHaveLength(1)
})

test.each(['500', '500_after_commit'])(
  'after a failure (%s) the same form gives back once, though Stripe repeats the failure for a day',
  async (kind) => {
    const gift = await paidGift(world)
    const treasurer = await person(gift.chapter.id, 'treasurer')
    const asked = form(gift, '10.00')
    await world.control('PUT', 'faults', { rules: [{ method: 'POST', path: '/v1/refunds', kind }] })
    expect(await refusal(requestRefund(treasurer, asked))).toMatchObject({ code: 'payment_provider' })
    expect(await refundsOf(gift)).toMatchObject([{ status: 'requested' }])
    await Promise.all([requestRefund(treasurer, asked), requestRefund(treasurer, asked)])
    await settleAll(world)
    expect(await refundsOf(gift)).toMatchObject([{ status: 'succeeded', origin: 'desk', amountMinor: 1000n }])
    expect((await stripe().refunds.list({ charge: gift.chargeId })).data).toMatchObject([{ amount: 1000 }])
    await expectSound()
  },
)

test('after 23 hours the refund is looked up by its mark and not asked for again', async () => {
  const gift = await paidGift(world)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  await world.control('PUT', 'faults', {
    rules: [{ method: 'POST', path: '/v1/refunds', kind: 'reset_before', times: 9 }],
  })
  await refusal(requestRefund(treasurer, form(gift, '10.00')))
  await world.control('PUT', 'faults', { rules: [] })
  const [wish] = await refundsOf(gift)
  const restore = replaceClock(() => new Date(Date.now() + 23.5 * 3_600_000))
  await sendRefund(WORKER, wish?.id ?? '')
  restore()
  expect(await refundsOf(gift)).toMatchObject([{ status: 'refused' }])
  expect((await stripe().refunds.list({ charge: gift.chargeId })).data).toHaveLength(0)
  await requestRefund(treasurer, form(gift, '25.00'))
  expect(await held(gift.fundId)).toMatchObject({ refunds: 2397n, chapter_receivable: 103n })
})

test('the lost fee is borne by the chapter’s general fund, or by the gift’s fund where the chapter says so', async () => {
  const gift = await paidGift(world)
  const reserve = await fillReserve(world, gift.chapter.id)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  const preview = await previewRefund(treasurer, { donationId: gift.donationId, amount: '25.00' })
  const before = await held(gift.fundId)
  expect(preview.bearers).toEqual({ ownMinor: 2397n, otherMinor: 0n, reserveMinor: 103n, receivableMinor: 0n })
  expect(await held(gift.fundId)).toEqual(before)
  await requestRefund(treasurer, form(gift, '25.00'))
  expect(await refundsOf(gift)).toMatchObject([preview.bearers])
  expect((await held(reserve))['interfund']).toBe(103n)

  const chapterId = gift.chapter.id
  await db().chapter.update({ where: { id: chapterId }, data: { lostFeeBearer: 'gift_fund' } })
  const other = await paidGift(world, {}, { chapterId })
  await requestRefund(treasurer, form(other, '25.00'))
  expect(await refundsOf(other)).toMatchObject([{ ownMinor: 2397n, otherMinor: 0n, reserveMinor: 103n }])
  await expectSound()
})

test('a refund after the money was spent is borne by other unspent money, then the reserve, then the chapter’s debt', async () => {
  const gift = await paidGift(world, { amount: '100.00' })
  const treasurer = await person(gift.chapter.id, 'treasurer')
  await spendGift(gift)
  const reserve = await fillReserve(world, gift.chapter.id)
  const reserveMinor = -((await held(reserve))['tips'] ?? 0n) - ((await held(reserve))['processing_fees'] ?? 0n)
  await requestRefund(treasurer, form(gift, '100.00'))
  const owedMinor = 10_000n - reserveMinor
  expect(await refundsOf(gift)).toMatchObject([
    { ownMinor: 0n, otherMinor: 0n, reserveMinor, receivableMinor: owedMinor },
  ])
  expect((await held(gift.fundId))['chapter_receivable']).toBe(owedMinor)
  await expectSound()
})

test.each([
  ['a pending refund that fails', 'fail'],
  ['a pending refund that is canceled', 'cancel'],
])('%s restores the money', async (_name, how) => {
  const gift = await paidGift(world, { tip: '10' })
  const before = [await held(gift.fundId), await held(gift.donation.tipFundId ?? 0n)]
  const refund = (await world.control('POST', 'refunds', {
    charge: gift.chargeId,
    amount: 1000,
    outcome: 'pending',
  })) as {
    id: string
  }
  await settleAll(world)
  expect(await refundsOf(gift)).toMatchObject([{ status: 'pending', amountMinor: 1000n }])
  await world.control('POST', `refunds/${refund.id}/${how}`, how === 'fail' ? {} : undefined)
  await settleAll(world)
  const status = how === 'fail' ? 'failed' : 'canceled'
  expect(await refundsOf(gift)).toMatchObject([{ status, ownMinor: 0n, otherMinor: 0n, reserveMinor: 0n }])
  expect([await held(gift.fundId), await held(gift.donation.tipFundId ?? 0n)]).toEqual(before)
  const treasurer = await person(gift.chapter.id, 'treasurer')
  await requestRefund(treasurer, form(gift, '27.50'))
  await expectSound()
})

test('a refund that waits for the donor takes nothing until Stripe takes it', async () => {
  const gift = await paidGift(world)
  const input = { charge: gift.chargeId, amount: 1000, outcome: 'requires_action' }
  const refund = (await world.control('POST', 'refunds', input)) as { id: string }
  await settleAll(world)
  expect(await refundsOf(gift)).toMatchObject([{ status: 'requires_action', balanceTransactionId: null }])
  expect((await held(gift.fundId))['refunds']).toBeUndefined()
  await world.control('POST', `refunds/${refund.id}/succeed`)
  await settleAll(world)
  expect((await held(gift.fundId))['refunds']).toBe(1000n)
})
