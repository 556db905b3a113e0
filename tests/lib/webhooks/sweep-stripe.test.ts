import { randomUUID } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { stripe } from '#lib/stripe/client.ts'
import { receiveEvent } from '#lib/webhooks/receive-event.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { begin, GUEST, giving, makeCampaign, payAt, runJobs, settleAll, useWorld } from '#tests/lib/donations/world.ts'

// A sweep asks Stripe many things one after another; a busy machine needs its time.
vi.setConfig({ testTimeout: 240_000 })

const world = useWorld()
const HOUR = 3_600
const DAY = 24 * HOUR
let restore: (() => void) | undefined
let aheadSeconds = 0

afterEach(async () => {
  await world.control('PUT', 'delivery', { mode: 'normal' })
  await world.control('PUT', 'faults', { rules: [] })
})

/** Both clocks go on together: Stripe's and ours. */
async function pass(seconds: number): Promise<void> {
  aheadSeconds += seconds
  restore?.()
  restore = replaceClock(() => new Date(Date.now() + aheadSeconds * 1_000))
  await world.control('POST', 'clock/advance', { seconds })
}

/** The ledger's money at Stripe and beyond, less what Stripe says of itself: zero when the books are exact. */
async function difference(): Promise<bigint> {
  const [booked] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(balance_minor), 0)::bigint AS minor FROM ledger.balances WHERE role IN ('stripe_pending', 'stripe_available')`
  const lines = await world.transactions()
  return (booked?.minor ?? 0n) - lines.reduce((sum, line) => sum + BigInt(line.net), 0n)
}

async function give(count: number): Promise<void> {
  const { campaign } = await makeCampaign()
  for (let n = 0; n < count; n += 1) await payAt((await begin(campaign.slug, { amount: `${20 + n}.13` })).checkoutUrl)
}

/** What can happen to gifts that were made: given back in part, disputed and lost, disputed and won, a refund that fails. */
async function takeBack(): Promise<void> {
  const { data } = await stripe().charges.list({ limit: 4 })
  const [first, second, third, fourth] = data.map((charge) => charge.id)
  await world.control('POST', 'refunds', { charge: first, amount: 500 })
  for (const [charge, end] of [
    [second, 'lose'],
    [third, 'win'],
  ] as const) {
    const { id } = (await world.control('POST', 'disputes', { charge })) as { id: string }
    await world.control('POST', `disputes/${id}/${end}`)
  }
  const { id } = (await world.control('POST', 'refunds', { charge: fourth })) as { id: string }
  await world.control('POST', `refunds/${id}/fail`)
}

test('endpoint down 4 days: the backfill is exact', async () => {
  await give(2)
  await settleAll(world)
  await sweepStripe()
  expect(await difference()).toBe(0n)
  await world.control('PUT', 'delivery', { mode: 'drop' })
  for (let day = 0; day < 4; day += 1) {
    await give(3)
    await pass(DAY)
    if (day === 2) await world.control('POST', 'payouts/run')
    if (day === 1) await takeBack()
  }
  const { campaign } = await makeCampaign()
  const unpaid = await begin(campaign.slug)
  await pass(25 * HOUR)
  await world.sandbox.delivered()
  await world.control('PUT', 'delivery', { mode: 'normal' })
  expect(await difference()).not.toBe(0n)

  const swept = await sweepStripe()
  expect(swept).toMatchObject({ complete: true, failed: 0 })
  expect(swept.transactions).toBeGreaterThanOrEqual(12)
  expect(swept.calls).toBeLessThan(40)
  await runJobs(world)
  await runJobs(world)
  expect(await difference()).toBe(0n)
  expect(await db().donation.findUniqueOrThrow({ where: { id: unpaid.donationId } })).toMatchObject({
    status: 'expired',
  })
  const disputes = await db().dispute.findMany({ select: { status: true }, orderBy: { status: 'asc' } })
  expect(disputes.map(({ status }) => status)).toEqual(['lost', 'won'])
  expect(await db().refund.count({ where: { status: 'failed' } })).toBe(1)
  expect(await db().stripePayout.count({ where: { arrivalEntryId: { not: null } } })).toBe(1)
  expect(await verifyLedger(db())).toEqual([])

  const again = await sweepStripe()
  await runJobs(world)
  expect(again).toMatchObject({ transactions: 0, events: 0, failed: 0, complete: true })
  expect(await difference()).toBe(0n)
})

test('a span too long for one reading is read in halves, and what the budget leaves over is read by the next sweep', async () => {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  const from = Math.floor(Date.now() / 1_000) + aheadSeconds
  await pass(DAY)
  // 1,500 lines of other people's money: more than a reading holds, some of them in one second.
  const charges = Array.from({ length: 1_500 }, (_, n) => ({
    amount: 500,
    currency: 'usd',
    created: from + Math.floor(n / 2) * 60,
  }))
  await world.control('POST', 'charges/bulk', charges)
  const small = await sweepStripe({ callsMax: 25 })
  expect(small.complete).toBe(false)
  expect(small.calls).toBeLessThanOrEqual(25)
  let sweeps = 0
  for (let last = small; !last.complete && sweeps < 20; sweeps += 1) last = await sweepStripe({ callsMax: 40 })
  expect(sweeps).toBeLessThan(20)
  // None of ours: kept with the reason, where people see it.
  expect(await db().unappliedTransaction.count({ where: { reason: 'It belongs to none of our gifts' } })).toBe(1_500)
})

test('a crash in the middle of a sweep loses nothing: the next one does the rest', async () => {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  const before = await difference()
  await give(3)
  await world.sandbox.delivered()
  // Whatever is asked second, third … fails: the sweep breaks off there.
  for (const path of ['/v1/events', '/v1/balance_transactions', '/v1/charges']) {
    await world.control('PUT', 'faults', { rules: [{ method: 'GET', path, kind: '500', times: 50 }] })
    await sweepStripe().catch(() => undefined)
  }
  await world.control('PUT', 'faults', { rules: [] })
  await pass(120)
  await sweepStripe()
  await runJobs(world)
  expect(await difference()).toBe(before)
})

test('a call that broke off is taken up again: one payment page, found by its mark after 23 hours', async () => {
  const { campaign } = await makeCampaign()
  const rules = [{ method: 'POST', path: '/v1/checkout/sessions', kind: 'reset_after_commit', times: 20 }]
  await world.control('PUT', 'faults', { rules })
  const form = giving(campaign.slug)
  await expect(startDonation(GUEST, form)).rejects.toMatchObject({ code: 'payment_provider' })
  await world.control('PUT', 'faults', { rules: [] })
  await pass(23.5 * HOUR)
  await sweepStripe()
  const call = await db().stripeCall.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
  expect(call).toMatchObject({ error: null })
  expect(call.finishedAt).not.toBeNull()
  const sessions = await stripe().checkout.sessions.list({ limit: 100 })
  expect(sessions.data.filter((session) => session.client_reference_id === call.subjectId)).toHaveLength(1)
})

test('a quarantined event is tried again and applied when its object has appeared', async () => {
  const { campaign } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug)
  await world.control('PUT', 'delivery', { mode: 'drop' })
  await payAt(checkoutUrl)
  await world.sandbox.delivered()
  const charge = (await stripe().charges.list({ limit: 1 })).data[0]
  const id = `evt_${randomUUID().replaceAll('-', '')}`
  const notice = {
    type: 'charge.succeeded',
    apiVersion: null,
    objectType: 'charge',
    createdAt: new Date(),
    donationId: null,
  }
  await receiveEvent({ ...notice, id, objectId: 'ch_notyet' })
  await runJobs(world)
  expect(await db().stripeEvent.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'quarantined' })
  await db().stripeEvent.update({ where: { id }, data: { objectId: charge?.id ?? '' } })
  await pass(120)
  expect((await sweepStripe()).quarantined).toBe(1)
  await runJobs(world)
  expect(await db().stripeEvent.findUniqueOrThrow({ where: { id } })).toMatchObject({ status: 'applied' })
  expect(await db().donation.findUniqueOrThrow({ where: { id: donationId } })).toMatchObject({ status: 'settled' })
})

test('an event that waits too long gets a new job', async () => {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  await give(1)
  await sweepStripe()
  await db().$executeRaw`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`
  await pass(600)
  expect((await sweepStripe()).stuck).toBeGreaterThan(0)
  await runJobs(world)
  expect(await db().stripeEvent.count({ where: { status: 'pending' } })).toBe(0)
})

test('a good point that a wrong clock wrote is not believed', async () => {
  await db().stripeSweep.update({ where: { id: 1 }, data: { goodUntil: new Date(Date.now() + 400 * DAY * 1_000) } })
  await world.control('PUT', 'delivery', { mode: 'drop' })
  await give(1)
  await world.sandbox.delivered()
  expect((await sweepStripe()).transactions).toBe(1)
  const { goodUntil } = await db().stripeSweep.findUniqueOrThrow({ where: { id: 1 } })
  expect(goodUntil.getTime()).toBeLessThan(Date.now() + (aheadSeconds + 60) * 1_000)
})
