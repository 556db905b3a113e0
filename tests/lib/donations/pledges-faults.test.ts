import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { cancelPledge } from '#lib/donations/cancel-pledge.ts'
import { changePledge } from '#lib/donations/change-pledge.ts'
import { findPledge } from '#lib/donations/find-pledge.ts'
import { openPledgeCheckout } from '#lib/donations/open-pledge-checkout.ts'
import { pausePledge } from '#lib/donations/pause-pledge.ts'
import { startCardChange } from '#lib/donations/replace-card.ts'
import { settlePledgeSession } from '#lib/donations/settle-pledge.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { syncPledge } from '#lib/donations/sync-pledge.ts'
import { resetEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { beginPledge, giftsOf, pledgeOf, usePledgeWorld } from './pledge-world.ts'
import { GUEST, giving, makeCampaign, payAt, sessionIdOf } from './world.ts'

const world = usePledgeWorld()
const WEBHOOK = { kind: 'system', name: 'webhook' } as const

async function faults(...rules: object[]) {
  await world.control('PUT', 'faults', { rules })
}

test('a renewal of which only the charge’s event arrives is one gift of the pledge', async () => {
  const { pledgeId } = await beginPledge(world)
  await world.advanceDays(32)
  await world.deliver((events) => events.filter(({ type }) => type === 'charge.succeeded'))
  const gifts = await giftsOf(pledgeId)
  expect(gifts).toHaveLength(2)
  expect(gifts[1]).toMatchObject({
    status: 'settled',
    giftMinor: 2500n,
    submissionKey: expect.stringMatching(/^invoice:in_/),
  })
}, 120_000)

test('the invoice’s event and the charge’s, at the same time and many times over, are one gift', async () => {
  const { pledgeId, subscriptionId } = await beginPledge(world)
  await world.advanceDays(32)
  const sync = () => syncPledge(WEBHOOK, { subscriptionId })
  await Promise.all([
    world.deliver((events) => events.filter(({ type }) => type.startsWith('charge.'))),
    ...Array.from({ length: 10 }, sync),
  ])
  expect(await giftsOf(pledgeId)).toHaveLength(2)
  const entries = await db().$queryRaw<unknown[]>`
    SELECT e.id FROM ledger.entries e JOIN donation d ON e.source_id = d.balance_transaction_id WHERE d.pledge_id = ${pledgeId}::uuid`
  expect(entries).toHaveLength(2)
}, 120_000)

test('a reply that was lost and is asked for again a day later makes one customer, one page, one product', async () => {
  const lose = (path: string) => faults({ method: 'POST', path, kind: 'reset_after_commit', times: 20 })
  const { campaign } = await makeCampaign()
  const input = giving(campaign.slug)
  await lose('/v1/customers')
  await expect(startPledge(GUEST, input)).rejects.toThrow()
  await faults()
  await world.advanceDays(26 / 24)
  const { id: pledgeId } = await db().pledge.findFirstOrThrow({ where: { campaignId: campaign.id } })
  const { token, checkoutUrl } = await openPledgeCheckout(pledgeId)
  const made = await world.stripe<{ data: unknown[] }>(`customers?email=${encodeURIComponent(input.email)}`)
  expect(made.data).toHaveLength(1)
  await payAt(checkoutUrl)
  await settlePledgeSession(GUEST, { sessionId: sessionIdOf(checkoutUrl) })

  const count = async (path: string) => (await world.stripe<{ data: unknown[] }>(`${path}?limit=100`)).data.length
  const change = () => changePledge(GUEST, { token, amount: '30.00', tip: '10' })
  await lose('/v1/products')
  await expect(change()).rejects.toThrow()
  await faults()
  const products = await count('products')
  await world.advanceDays(26 / 24)
  await change()
  expect(await count('products')).toBe(products)
  expect(await pledgeOf(pledgeId)).toMatchObject({ amountMinor: 3000n, tipMinor: 300n })

  const card = { token, submissionKey: newId().replaceAll('-', '') }
  await lose('/v1/checkout/sessions')
  await expect(startCardChange(GUEST, card)).rejects.toThrow()
  await faults()
  const pages = await count('checkout/sessions')
  await world.advanceDays(23.5 / 24)
  expect((await startCardChange(GUEST, card)).checkoutUrl).toContain('cs_')
  expect(await count('checkout/sessions')).toBe(pages)
}, 120_000)

test('a page whose reply was lost is the same page after the site got another address', async () => {
  const { campaign } = await makeCampaign()
  await faults({ method: 'POST', path: '/v1/checkout/sessions', kind: 'reset_after_commit', times: 20 })
  await expect(startPledge(GUEST, giving(campaign.slug))).rejects.toThrow()
  await faults()
  const { id } = await db().pledge.findFirstOrThrow({ where: { campaignId: campaign.id } })
  const before = process.env['APP_URL']
  process.env['APP_URL'] = 'https://elsewhere.example'
  resetEnv()
  const { checkoutUrl } = await openPledgeCheckout(id)
  if (before === undefined) delete process.env['APP_URL']
  else process.env['APP_URL'] = before
  resetEnv()
  expect((await payAt(checkoutUrl)).status).toBeLessThan(400)
})

test('connections that break after Stripe has done it change nothing twice', async () => {
  const rules = ['/v1/customers', '/v1/checkout/sessions', '/v1/subscriptions', '/v1/products'].map((path) => ({
    ...{ method: 'POST', path, kind: 'reset_after_commit', times: 1 },
  }))
  await faults(...rules)
  const { campaign } = await makeCampaign()
  const { pledgeId, token, checkoutUrl } = await startPledge(GUEST, giving(campaign.slug))
  await payAt(checkoutUrl)
  await settlePledgeSession(GUEST, { sessionId: sessionIdOf(checkoutUrl) })
  await faults(...rules)
  await changePledge(GUEST, { token, amount: '30.00', tip: '10' })
  expect(await pledgeOf(pledgeId)).toMatchObject({ amountMinor: 3000n, tipMinor: 300n })
  await faults({ method: 'POST', path: '/v1/subscriptions', kind: 'reset_after_commit', times: 1 })
  await pausePledge(GUEST, { token, until: 'resumed' })
  await faults({ method: 'DELETE', path: '/v1/subscriptions', kind: 'reset_after_commit', times: 1 })
  await cancelPledge(GUEST, { token })
  await faults()
  await world.deliver()
  const { status, steps, subscriptionId } = await pledgeOf(pledgeId)
  expect(status).toBe('cancelled')
  expect(steps.map(({ kind }) => kind)).toEqual(['started', 'changed', 'paused', 'cancelled'])
  const subscription = await world.stripe<{ items: { data: unknown[] } }>(`subscriptions/${subscriptionId}`)
  expect(subscription.items.data).toHaveLength(2)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
}, 120_000)

test('a tip added and taken off again leaves as many lines at Stripe as there are parts', async () => {
  const { pledgeId, token, subscriptionId } = await beginPledge(world)
  for (const [tip, coverFee, lines] of [
    ['10', 'yes', 3],
    ['none', '', 1],
    ['5', '', 2],
  ] as const) {
    await changePledge(GUEST, { token, amount: '25.00', tip, coverFee })
    const subscription = await world.stripe<{ items: { data: unknown[] } }>(`subscriptions/${subscriptionId}`)
    expect(subscription.items.data).toHaveLength(lines)
  }
  await world.live(32)
  expect((await giftsOf(pledgeId))[1]).toMatchObject({ giftMinor: 2500n, coverMinor: 0n, tipMinor: 125n })
}, 120_000)

test('while Stripe does not answer the page says as of when it speaks', async () => {
  const { token } = await beginPledge(world)
  await faults({ path: '/v1/subscriptions', kind: '500', times: 50 })
  expect(await findPledge(GUEST, token)).toMatchObject({ status: 'active', isFresh: false })
  await faults()
  expect(await findPledge(GUEST, token)).toMatchObject({ status: 'active', isFresh: true })
}, 120_000)

test('a dispute of a renewal stops the pledge, whichever event tells it', async () => {
  const { pledgeId, token } = await beginPledge(world)
  await world.live(32)
  const { chargeId } = (await giftsOf(pledgeId))[1] ?? {}
  await world.control('POST', 'disputes', { charge: chargeId })
  await world.deliver((events) => [...events].reverse())
  expect(await findPledge(GUEST, token)).toMatchObject({ status: 'cancelled', endReason: 'disputed', next: null })
  await world.live(35)
  expect(await giftsOf(pledgeId)).toHaveLength(2)
}, 120_000)
