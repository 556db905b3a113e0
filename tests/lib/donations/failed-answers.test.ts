import { afterEach, expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { changePledge } from '#lib/donations/change-pledge.ts'
import { openCheckout } from '#lib/donations/open-checkout.ts'
import { pausePledge } from '#lib/donations/pause-pledge.ts'
import { startCardChange } from '#lib/donations/replace-card.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { newId } from '#lib/ids.ts'
import { resumeCalls } from '#lib/webhooks/resume-calls.ts'
import { beginPledge, giftsOf, pledgeOf, usePledgeWorld } from './pledge-world.ts'
import { GUEST, giving, makeCampaign, payAt } from './world.ts'

const world = usePledgeWorld()
const WORKER = { kind: 'system', name: 'worker' } as const
/** With the second one Stripe has made the object all the same. Both answers are repeated for a day under their key. */
const KINDS = ['500', '500_after_commit']
const SESSIONS = '/v1/checkout/sessions'

type Made = { id: string; url: string | null; metadata: Record<string, string> }

afterEach(() => world.control('PUT', 'faults', { rules: [] }))

async function fail(path: string, kind = '500', times = 1): Promise<void> {
  await world.control('PUT', 'faults', { rules: [{ method: 'POST', path, kind, times }] })
}

/** One press of a button that Stripe answers with a failure of its own. */
async function pressInVain(press: () => Promise<unknown>, path: string, kind = '500'): Promise<void> {
  await fail(path, kind)
  await expect(press()).rejects.toMatchObject({ code: 'payment_provider' })
  expect(await world.control('GET', 'faults')).toEqual({ rules: [] })
}

async function madeFor(id: string): Promise<Made[]> {
  const { data } = await world.stripe<{ data: Made[] }>('checkout/sessions?limit=100')
  return data.filter(({ metadata }) => metadata['donation_id'] === id || metadata['pledge_id'] === id)
}

async function customersOf(email: string): Promise<number> {
  return (await world.stripe<{ data: unknown[] }>(`customers?email=${encodeURIComponent(email)}`)).data.length
}

const attemptOf = async (subjectId: string) =>
  (await db().stripeCall.findFirstOrThrow({ where: { subjectId }, orderBy: { createdAt: 'desc' } })).attempt

async function failedGift(kind?: string) {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug)
  const press = () => startDonation(GUEST, form)
  await pressInVain(press, SESSIONS, kind)
  const { id } = await db().donation.findFirstOrThrow({ where: { campaignId: campaign.id } })
  return { id, press }
}

test.each(KINDS)(
  'after a failure (%s) the second press of the donor opens the one payment page',
  async (kind) => {
    const { id, press } = await failedGift(kind)
    const { donationId, checkoutUrl } = await press()
    expect(donationId).toBe(id)
    expect(await madeFor(id)).toMatchObject([{ url: checkoutUrl }])
    expect((await payAt(checkoutUrl)).status).toBeLessThan(400)
    expect((await press()).checkoutUrl).toBe(checkoutUrl)
  },
  120_000,
)

test('many presses at once after a failure open one page', async () => {
  const { id } = await failedGift()
  const opened = await Promise.all(Array.from({ length: 6 }, () => openCheckout(id)))
  expect(new Set(opened.map(({ checkoutUrl }) => checkoutUrl)).size).toBe(1)
  expect(await madeFor(id)).toHaveLength(1)
  expect(await attemptOf(id)).toBe(2)
}, 120_000)

test('a call that fails again and again takes one key after the other, and remembers which one it is at', async () => {
  const { id } = await failedGift()
  for (const attempt of [2, 3, 4]) {
    // The first of the two strikes the repeated answer, the other the next key.
    await fail(SESSIONS, '500', 2)
    await expect(openCheckout(id)).rejects.toMatchObject({ code: 'payment_provider' })
    expect(await attemptOf(id)).toBe(attempt)
  }
  await openCheckout(id)
  expect(await attemptOf(id)).toBe(5)
  expect(await madeFor(id)).toHaveLength(1)
}, 120_000)

test('a reply that was lost is asked for again with the same key, whatever attempt it is', async () => {
  const { id } = await failedGift()
  const rules = ['500', 'reset_after_commit'].map((kind, n) => ({
    method: 'POST',
    path: SESSIONS,
    kind,
    times: 1 + 19 * n,
  }))
  await world.control('PUT', 'faults', { rules })
  await expect(openCheckout(id)).rejects.toMatchObject({ code: 'payment_provider' })
  await world.control('PUT', 'faults', { rules: [] })
  expect(await attemptOf(id)).toBe(2)
  const { checkoutUrl } = await openCheckout(id)
  expect(await madeFor(id)).toMatchObject([{ url: checkoutUrl }])
  expect(await attemptOf(id)).toBe(2)
}, 120_000)

test.each(KINDS)(
  'after a failure (%s) the second press makes the one customer of a monthly donor',
  async (kind) => {
    const { campaign } = await makeCampaign()
    const form = giving(campaign.slug)
    await pressInVain(() => startPledge(GUEST, form), '/v1/customers', kind)
    const { checkoutUrl } = await startPledge(GUEST, form)
    expect(await customersOf(form.email)).toBe(1)
    expect((await payAt(checkoutUrl)).status).toBeLessThan(400)
  },
  120_000,
)

test.each(KINDS)(
  'after a failure (%s) the second press opens the one page of a pledge',
  async (kind) => {
    const { campaign } = await makeCampaign()
    const form = giving(campaign.slug)
    await pressInVain(() => startPledge(GUEST, form), SESSIONS, kind)
    const { pledgeId, checkoutUrl } = await startPledge(GUEST, form)
    expect(await madeFor(pledgeId)).toMatchObject([{ url: checkoutUrl }])
  },
  120_000,
)

test.each(KINDS)(
  'after a failure (%s) the second press opens the one page for another card',
  async (kind) => {
    const { pledgeId, token } = await beginPledge(world)
    const before = (await madeFor(pledgeId)).length
    const form = { token, submissionKey: newId().replaceAll('-', '') }
    await pressInVain(() => startCardChange(GUEST, form), SESSIONS, kind)
    expect((await startCardChange(GUEST, form)).checkoutUrl).toContain('cs_')
    expect(await madeFor(pledgeId)).toHaveLength(before + 1)
  },
  120_000,
)

test('a pause that failed is pressed again and reaches Stripe before the next charge', async () => {
  const { pledgeId, token, subscriptionId } = await beginPledge(world)
  const press = () => pausePledge(GUEST, { token, until: 'resumed' })
  await pressInVain(press, '/v1/subscriptions')
  await press()
  expect(await world.stripe(`subscriptions/${subscriptionId}`)).toMatchObject({
    pause_collection: { behavior: 'void' },
  })
  await world.live(32)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
}, 120_000)

test('a pause that failed is taken up again without the donor', async () => {
  const { pledgeId, token } = await beginPledge(world)
  await pressInVain(() => pausePledge(GUEST, { token, until: 'resumed' }), '/v1/subscriptions')
  await world.advanceDays(3 / 1_440)
  expect(await resumeCalls(WORKER)).toBe(1)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'paused' })
}, 120_000)

test.each([...KINDS.map((kind) => ['/v1/products', kind] as const), ['/v1/subscriptions', '500'] as const])(
  'amounts that failed (%s, %s) are pressed again and make one product',
  async (path, kind) => {
    const { pledgeId, token } = await beginPledge(world)
    const count = async () => (await world.stripe<{ data: unknown[] }>('products?limit=100')).data.length
    const before = await count()
    const press = () => changePledge(GUEST, { token, amount: '30.00', tip: '10' })
    await pressInVain(press, path, kind)
    await press()
    expect(await pledgeOf(pledgeId)).toMatchObject({ amountMinor: 3000n, tipMinor: 300n })
    expect((await count()) - before).toBeLessThanOrEqual(2)
  },
  120_000,
)

test('the clocks of Stripe and of this machine may be minutes apart', async () => {
  const { campaign } = await makeCampaign()
  const form = giving(campaign.slug)
  const { now } = (await world.control('GET', 'clock')) as { now: number }
  const restore = replaceClock(() => new Date(now * 1_000 + 4 * 60_000))
  await pressInVain(() => startPledge(GUEST, form), '/v1/customers', '500_after_commit')
  await startPledge(GUEST, form)
  restore()
  expect(await customersOf(form.email)).toBe(1)
}, 120_000)
