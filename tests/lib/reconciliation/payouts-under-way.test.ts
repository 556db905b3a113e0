import { expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { checkBooks, checkDueBooks, compareBooks } from '#lib/reconciliation/check-books.ts'
import { compareStripe, stripeApartMinor } from '#lib/reconciliation/compare-stripe.ts'
import { stripe } from '#lib/stripe/client.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { paidGift, person } from '#tests/lib/donations/aftermath.ts'
import { begin, payAt, settleAll, useWorld } from '#tests/lib/donations/world.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const world = useWorld({ payoutPendingSeconds: HOUR, payoutArrivalSeconds: 2 * DAY })

/** Time passes for Stripe and for us; what it brings is told and applied. */
let passed = 0
function pass(seconds: number): Promise<void> {
  world.sandbox.advance(seconds)
  passed += seconds
  return settleTwice()
}

async function settleTwice(): Promise<void> {
  await settleAll(world)
  await settleAll(world)
}

/** Runs something at Stripe's time, or so much later. */
async function atStripesTime<Result>(work: () => Promise<Result>, laterSeconds = 0): Promise<Result> {
  const restore = replaceClock(() => new Date(Date.now() + (passed + laterSeconds) * 1_000))
  return work().finally(restore)
}

async function unheard<Result>(work: () => Promise<Result>): Promise<Result> {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  const result = await work()
  await world.sandbox.delivered()
  await world.control('PUT', 'delivery', { mode: 'normal' })
  return result
}

const compared = (laterSeconds = 0) => atStripesTime(compareBooks, laterSeconds)
const mails = () => db().outboundMail.count({ where: { kind: 'notice', text: { contains: 'than the ledger' } } })
const ONE_LINE = 'Stripe = ledger, 0.00 apart.'

let gift: Awaited<ReturnType<typeof paidGift>>

test('an automatic payout that is on its way leaves the line at zero, with what is on its way', async () => {
  gift = await paidGift(world, { amount: '90.00' })
  await person(gift.chapter.id, 'treasurer')
  // From here on it is noon, so that minutes do not lead into another day.
  await pass(3 * DAY + ((36 * HOUR - (Math.floor(Date.now() / 1_000) % DAY)) % DAY))
  const [payout] = (await world.control('POST', 'payouts/run')) as { id: string; amount: number }[]
  await settleTwice()
  for (const hours of [0, 2]) {
    await pass(hours * HOUR)
    await atStripesTime(() => sweepStripe())
    const { isZero, sentence, stripe: figures, items } = await compared()
    const money = `$${(payout!.amount / 100).toFixed(2)}`
    expect({ isZero, sentence }).toEqual({
      isZero: true,
      sentence: `${ONE_LINE} 1 payout of ${money} is on its way; its list is not complete yet. No bank account is known yet.`,
    })
    expect(items).toEqual([])
    const sent = { unlistedMinor: BigInt(payout!.amount), unlistedPayouts: 1 }
    expect(figures).toMatchObject([{ stripeMinor: 0n, ledgerMinor: BigInt(payout!.amount), ...sent }])
    expect(stripeApartMinor(figures[0]!)).toBe(0n)
    expect((await atStripesTime(() => compareStripe('brief'))).items).toEqual([])
  }
})

test('a payout that is on its way for more than ten days is no zero', async () => {
  expect(await compared(9 * DAY)).toMatchObject({ isZero: true })
  expect(await compared(11 * DAY)).toMatchObject({
    isZero: false,
    sentence: expect.stringMatching(
      /Stripe has not completed the list of the payout of \d+ \w+( \d{4})? for 10 days\./,
    ),
  })
})

test('after the payout arrived the books have it, and nothing is on its way any more', async () => {
  await pass(2 * DAY)
  const { isZero, sentence, stripe: figures } = await compared()
  expect({ isZero, sentence }).toEqual({ isZero: true, sentence: `${ONE_LINE} No bank account is known yet.` })
  expect(figures).toMatchObject([{ stripeMinor: 0n, ledgerMinor: 0n, inTransitMinor: 0n, unlistedPayouts: 0 }])
})

test('a payout whose complete list nobody told us of is named, however old its own line is', async () => {
  await payAt((await begin(gift.campaign.slug, { amount: '30.00' })).checkoutUrl)
  await settleTwice()
  await pass(3 * DAY)
  const [payout] = (await world.control('POST', 'payouts/run')) as { id: string }[]
  await settleTwice()
  await unheard(async () => world.sandbox.advance(3 * DAY))
  passed += 3 * DAY
  const { isZero, sentence, items } = await compared()
  expect(isZero).toBe(false)
  expect(sentence).toContain('than the ledger: 1 of its account lines is not in our books yet')
  const { balance_transaction: lineId } = await stripe().payouts.retrieve(payout!.id)
  const wanted = { id: lineId, label: 'payout: not in our books yet' }
  expect(items).toMatchObject([wanted])
  await sweepToZero()
})

test('a payout waits with its line only from when we were told that its list is complete', async () => {
  await payAt((await begin(gift.campaign.slug, { amount: '30.00' })).checkoutUrl)
  await settleTwice()
  await pass(3 * DAY)
  await world.control('POST', 'payouts/run')
  await settleTwice()
  await atStripesTime(() => checkBooks({ mail: false }), 2 * DAY)
  world.sandbox.advance(3 * DAY)
  passed += 3 * DAY
  await world.sandbox.delivered()
  const receivedAt = new Date(Date.now() + passed * 1_000)
  await db().stripeEvent.updateMany({ where: { status: 'pending' }, data: { receivedAt } })
  expect(await compared()).toMatchObject({ isZero: false, items: [{ at: receivedAt }] })
  expect(await atStripesTime(checkDueBooks)).toBe(false)
  await settleTwice()
  expect(await atStripesTime(checkDueBooks, 6 * MINUTE)).toBe(true)
  expect(await db().reconciliationRun.findFirst({ orderBy: { at: 'desc' } })).toMatchObject({ isZero: true })
})

test('a gift that is seconds old waits for the next look, and is no zero when it is still not in our books then', async () => {
  await pass(DAY)
  await unheard(async () => payAt((await begin(gift.campaign.slug, { amount: '10.00' })).checkoutUrl))
  expect(await compared()).toMatchObject({ isZero: false })
  const runs = () => db().reconciliationRun.count()
  const before = { runs: await runs(), mails: await mails() }
  expect(await atStripesTime(checkDueBooks)).toBe(false)
  expect({ runs: await runs(), mails: await mails() }).toEqual(before)
  expect(await atStripesTime(checkDueBooks, 6 * MINUTE)).toBe(true)
  expect({ runs: await runs(), mails: await mails() }).toEqual({ runs: before.runs + 1, mails: before.mails + 1 })
})

/** A gift that no webhook told of, made in the moment of the next day's check. */
async function checkWithNewGift(daysLater: number): Promise<boolean> {
  await pass(daysLater * DAY)
  await unheard(async () => payAt((await begin(gift.campaign.slug, { amount: '20.00' })).checkoutUrl))
  return atStripesTime(checkDueBooks)
}

async function sweep(): Promise<void> {
  await atStripesTime(() => sweepStripe())
  await settleTwice()
}

async function sweepToZero(): Promise<void> {
  await sweep()
  expect(await compared()).toMatchObject({ isZero: true })
}

test('what is seconds old hides no line that is older', async () => {
  expect(await checkWithNewGift(1)).toBe(true)
  await sweepToZero()
})

test('no day stays without its line, whatever is under way', async () => {
  expect(await checkWithNewGift(1)).toBe(false)
  expect(await checkWithNewGift(1)).toBe(true)
  await sweepToZero()
})

test('what is seconds old hides no event that was put aside', async () => {
  const put = { id: 'evt_put_aside', type: 'charge.succeeded', objectId: 'ch_x', payload: {}, lastError: 'Of nobody' }
  await db().stripeEvent.create({ data: { ...put, status: 'quarantined' } })
  expect(await checkWithNewGift(1)).toBe(true)
})

test('the page asks only for what came after the last sweep, in few calls, and says when there is more', async () => {
  await sweep()
  expect(await brief()).toEqual({ missing: 0, hasMore: false })
  await unheard(async () => payAt((await begin(gift.campaign.slug, { amount: '20.00' })).checkoutUrl))
  expect(await brief()).toEqual({ missing: 1, hasMore: false })
  const created = Math.floor(Date.now() / 1_000) + passed
  const charge = { amount: 1_000, currency: 'usd', created }
  await world.control(
    'POST',
    'charges/bulk',
    Array.from({ length: 500 }, () => charge),
  )
  expect(await brief()).toMatchObject({ hasMore: true })
  expect((await compared()).items.length).toBeGreaterThan(500)
})

async function brief() {
  const { items, hasMore } = await atStripesTime(() => compareStripe('brief'))
  return { missing: items.filter(({ what }) => what === 'transaction').length, hasMore }
}
