import { expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { stripe } from '#lib/stripe/client.ts'
import type { StripeTransaction } from '#lib/stripe/types.ts'
import { postLine } from '#lib/webhooks/post-line.ts'
import { settlePayout } from '#lib/webhooks/settle-payout.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { expectSound, held, paidGift, refusal } from '#tests/lib/donations/aftermath.ts'
import { makeCampaign, settleAll, useWorld } from '#tests/lib/donations/world.ts'

const world = useWorld({ debitNegativeBalances: true, payoutPendingSeconds: 3_600, payoutArrivalSeconds: 3_600 })
const WORKER = { kind: 'system', name: 'worker' } as const
const HOUR = 3_600

type Payout = { id: string; amount: number }

async function runPayout(): Promise<Payout> {
  const [payout] = (await world.control('POST', 'payouts/run')) as Payout[]
  if (!payout) throw new Error('nothing was paid out')
  return payout
}

/** Time passes at Stripe; what it brings is told and applied. */
async function pass(hours: number): Promise<void> {
  world.sandbox.advance(hours * HOUR)
  await settleAll(world)
  await settleAll(world)
}

/** What the ledger has at Stripe, on the way and in the bank, in all funds, and what Stripe itself has. */
async function places() {
  const rows = await db().$queryRaw<{ role: string; minor: bigint }[]>`
    SELECT role, sum(balance_minor)::bigint AS minor FROM ledger.balances GROUP BY role`
  const of = (...roles: string[]) =>
    rows.filter((row) => roles.includes(row.role)).reduce((sum, row) => sum + row.minor, 0n)
  const stripeMinor = (await world.transactions()).reduce((sum, line) => sum + BigInt(line.net), 0n)
  const ledgerMinor = of('stripe_pending', 'stripe_available')
  return { stripeMinor, ledgerMinor, transit: of('in_transit'), bank: of('bank') }
}

async function expectSame(): Promise<void> {
  const { stripeMinor, ledgerMinor } = await places()
  expect(ledgerMinor).toBe(stripeMinor)
  await expectSound()
}

test('a payout with a refund and a dispute in it has a line for each fund, and what is below zero is a debit of the bank', async () => {
  const gift = await paidGift(world, { amount: '60.00' })
  const other = await paidGift(world, { amount: '90.00' })
  await pass(50)
  await runPayout()
  await pass(3)
  expect(await places()).toMatchObject({ stripeMinor: 0n, transit: 0n })
  const before = (await places()).bank
  await stripe().refunds.create({ charge: gift.chargeId, amount: 2000 })
  await world.control('POST', 'disputes', { charge: other.chargeId, amount: 1000 })
  await settleAll(world)
  const payout = await runPayout()
  expect(payout.amount).toBe(-4500)
  await pass(3)
  expect((await places()).bank - before).toBe(-4500n)
  expect(await held(gift.fundId)).toMatchObject({ refunds: 2000n, bank: 3796n })
  expect(await held(gift.fundId)).not.toHaveProperty('stripe_available')
  await expectSame()
})

test.each([
  ['before it arrived', 0],
  ['after it arrived', 3],
])('a payout that fails %s comes back to its funds, and the next one pays it again', async (_name, hours) => {
  const gift = await paidGift(world, { amount: '70.00' })
  await pass(50)
  const start = await places()
  const payout = await runPayout()
  await pass(hours)
  await world.control('POST', `payouts/${payout.id}/fail`, {})
  await settleAll(world)
  await settleAll(world)
  expect(await places()).toMatchObject({ ledgerMinor: start.ledgerMinor, transit: 0n, bank: start.bank })
  expect(await db().stripePayout.findUniqueOrThrow({ where: { id: payout.id } })).toMatchObject({ status: 'failed' })
  await expectSame()
  const again = await runPayout()
  expect(again.amount).toBe(payout.amount)
  await pass(3)
  expect((await places()).bank - start.bank).toBe(BigInt(payout.amount))
  expect(await held(gift.fundId)).toMatchObject({ bank: 7000n - (gift.donation.feeMinor ?? 0n) })
  await settlePayout(WORKER, payout.id)
  await settlePayout(WORKER, again.id)
  await expectSame()
})

test('the payout that pays a failed one again is told of first, and both are booked', async () => {
  await paidGift(world, { amount: '80.00' })
  await world.control('PUT', 'delivery', { mode: 'drop' })
  world.sandbox.advance(50 * HOUR)
  const first = await runPayout()
  await world.control('POST', `payouts/${first.id}/fail`, {})
  const second = await runPayout()
  world.sandbox.advance(3 * HOUR)
  await world.control('PUT', 'delivery', { mode: 'normal' })
  expect(await settlePayout(WORKER, second.id)).toEqual({ status: 'applied' })
  expect(
    await db().stripePayout.findMany({ where: { id: { in: [first.id, second.id] } }, orderBy: { createdAt: 'asc' } }),
  ).toMatchObject([{ status: 'failed' }, { status: 'paid' }])
  await expectSame()
})

test('a payout by hand is taken from every fund in proportion; canceled, it comes back; reversed, it is taken back', async () => {
  const one = await paidGift(world, { amount: '100.00' })
  const two = await paidGift(world, { amount: '300.00' })
  await pass(50)
  const start = await places()
  const canceled = await stripe().payouts.create({ amount: 10_000, currency: 'usd' })
  await settleAll(world)
  expect((await places()).transit).toBe(10_000n)
  await stripe().payouts.cancel(canceled.id)
  await settleAll(world)
  expect(await places()).toMatchObject({ transit: 0n, ledgerMinor: start.ledgerMinor })
  expect(await db().stripePayout.findUniqueOrThrow({ where: { id: canceled.id } })).toMatchObject({
    status: 'canceled',
    automatic: false,
  })

  const sent = await stripe().payouts.create({ amount: 10_000, currency: 'usd' })
  await pass(3)
  const [first = 0n, second = 0n] = [(await held(one.fundId))['bank'], (await held(two.fundId))['bank']]
  expect(first + second).toBe(10_000n)
  expect(second / first).toBe(3n)
  await stripe().payouts.reverse(sent.id)
  await pass(3)
  expect(await places()).toMatchObject({ transit: 0n, bank: start.bank, ledgerMinor: start.ledgerMinor })
  await runPayout()
  await pass(3)
  await expectSame()
})

test('a payout with a fee that nobody is named to bear waits with the reason, and is booked once somebody is', async () => {
  const gift = await paidGift(world, { amount: '90.00', tip: '15' })
  await paidGift(world, { amount: '60.00', tip: '15' })
  await pass(50)
  await world.control('POST', 'account_fees', { amount: 500, currency: 'usd' })
  const payout = await runPayout()
  await pass(3)
  const events = () => db().stripeEvent.findMany({ where: { objectId: payout.id, status: 'quarantined' } })
  const reason = expect.stringContaining('No chapter is named')
  expect((await events()).map(({ lastError }) => lastError)).toContainEqual(reason)
  const booked = () => db().stripePayout.findUnique({ where: { id: payout.id } })
  expect((await booked())?.entryId ?? null).toBeNull()
  await sweepStripe()
  const waiting = await db().unappliedTransaction.findMany()
  expect(waiting.map((row) => row.reason)).toContainEqual(reason)
  await expectSound()

  await db().chapter.update({ where: { id: gift.chapter.id }, data: { bearsStripeFees: true } })
  const restore = replaceClock(() => new Date(Date.now() + 5 * 60_000))
  await sweepStripe()
  await sweepStripe()
  await settleAll(world)
  restore()
  expect(await db().stripeEvent.findMany({ where: { status: 'quarantined' } })).toEqual([])
  expect(await booked()).toMatchObject({
    status: 'paid',
    entryId: expect.anything(),
    arrivalEntryId: expect.anything(),
  })
  expect(await db().unappliedTransaction.findMany()).toEqual([])
  expect((await places()).transit).toBe(0n)
  await expectSame()
  await db().chapter.updateMany({ data: { bearsStripeFees: false } })
}, 180_000)

const line = (facts: Partial<StripeTransaction>): StripeTransaction => ({
  ...{ id: `txn_${Math.random().toString(36).slice(2)}`, reportingCategory: 'fee', sourceId: null, currency: 'USD' },
  ...{
    amountMinor: -500n,
    feeMinor: 0n,
    netMinor: -500n,
    createdAt: new Date(),
    availableAt: new Date(),
    exchangeRate: null,
  },
  ...facts,
})

test('what Stripe charges the account is borne by the general fund that is named for it, and given back to it', async () => {
  const gift = await paidGift(world, { amount: '90.00', tip: '15' })
  const named = await makeCampaign()
  expect(await refusal(postLine(WORKER, line({ currency: 'EUR' })))).toMatchObject({ code: 'conflict' })
  await db().chapter.update({ where: { id: gift.chapter.id }, data: { bearsStripeFees: true } })
  const fundId = gift.donation.tipFundId ?? 0n
  const before = (await held(fundId))['processing_fees'] ?? 0n
  const fee = line({})
  await postLine(WORKER, fee)
  await postLine(WORKER, fee)
  expect((await held(fundId))['processing_fees']).toBe(before + 500n)
  await postLine(WORKER, line({ amountMinor: 200n, netMinor: 200n, reportingCategory: 'tax' }))
  expect((await held(fundId))['processing_fees']).toBe(before + 300n)
  expect(named.chapter.id).not.toBe(gift.chapter.id)
  await expectSound()
})

test.each(['topup', 'transfer', 'other_adjustment', 'charge_failure', 'a_category_of_tomorrow'])(
  'a line of the category %s stops what holds it with a reason, and is not guessed at',
  async (reportingCategory) => {
    const { code, message } = await refusal(postLine(WORKER, line({ reportingCategory })))
    expect(code).toBe('conflict')
    expect(message).toContain('a person decides')
  },
)
