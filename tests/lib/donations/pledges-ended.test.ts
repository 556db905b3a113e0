import { expect, test } from 'vitest'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { cancelPledge, stopPledge } from '#lib/donations/cancel-pledge.ts'
import { changePledge } from '#lib/donations/change-pledge.ts'
import { findPledge } from '#lib/donations/find-pledge.ts'
import { pausePledge, resumePledge } from '#lib/donations/pause-pledge.ts'
import { requestPledgeRefund } from '#lib/donations/request-pledge-refund.ts'
import { syncCampaignPledges } from '#lib/donations/sync-campaign-pledges.ts'
import { beginPledge, FAILING_CARD, giftsOf, newsTo, pledgeOf, turnCard, usePledgeWorld } from './pledge-world.ts'
import { GUEST } from './world.ts'

const world = usePledgeWorld()
const WORKER = { kind: 'system', name: 'worker' } as const

async function moveCampaign(id: string, status: 'paused' | 'live' | 'closed') {
  await db().campaign.update({ where: { id }, data: { status, ...(status === 'closed' ? { closedAt: now() } : {}) } })
}

test('cancelled, nothing is charged any more, and cancelling again changes nothing', async () => {
  const { pledgeId, token, email } = await beginPledge(world)
  await Promise.all([cancelPledge(GUEST, { token }), cancelPledge(GUEST, { token })])
  await cancelPledge(GUEST, { token })
  expect(await findPledge(GUEST, token)).toMatchObject({ status: 'cancelled', next: null, endReason: 'donor' })
  await world.live(65)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  const ended = (await pledgeOf(pledgeId)).steps.filter(({ kind }) => kind === 'cancelled')
  expect(ended).toHaveLength(1)
  expect(await newsTo(email)).toEqual([expect.stringContaining('You give'), expect.stringContaining('has ended')])
  const acts = [
    () => pausePledge(GUEST, { token, until: 'resumed' }),
    () => resumePledge(GUEST, { token }),
    () => changePledge(GUEST, { token, amount: '30' }),
  ]
  for (const act of acts) await expect(act()).rejects.toMatchObject({ code: 'wrong_state' })
}, 120_000)

test('a cancel that comes after the renewal was charged says so, and the donor can ask for that gift back', async () => {
  const { pledgeId, token, chapter } = await beginPledge(world)
  await world.control('PUT', 'billing', { draftSeconds: 0 })
  // The renewal is charged at Stripe; none of its events has come when the donor cancels.
  while ((await renewalsAtStripe(pledgeId)) < 2) await world.advanceDays(1)
  await world.control('PUT', 'billing', {})
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  await cancelPledge(GUEST, { token })
  const view = await findPledge(GUEST, token)
  expect(view).toMatchObject({ status: 'cancelled', next: null })
  expect(view?.raced).toMatchObject({ totalMinor: 2500n, isRefundAsked: false })
  expect(await giftsOf(pledgeId)).toHaveLength(2)
  await world.live(65)
  expect(await giftsOf(pledgeId)).toHaveLength(2)

  const donationId = view?.raced?.donationId ?? ''
  await requestPledgeRefund(GUEST, { token, donationId })
  await requestPledgeRefund(GUEST, { token, donationId })
  expect((await findPledge(GUEST, token))?.raced).toMatchObject({ isRefundAsked: true })
  expect((await pledgeOf(pledgeId)).steps.filter(({ kind }) => kind === 'refund_asked')).toHaveLength(1)
  expect(chapter.id).toBeTruthy()
}, 120_000)

test('a cancel in the hour between the renewal’s draft and its charge comes first: nothing is charged', async () => {
  const { pledgeId, token } = await beginPledge(world)
  const end = (await pledgeOf(pledgeId)).nextChargeAt ?? now()
  await world.advanceDays((end.getTime() - now().getTime()) / 86_400_000 + 0.01)
  await cancelPledge(GUEST, { token })
  await world.live(10)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  expect((await findPledge(GUEST, token))?.raced).toBeNull()
}, 120_000)

test('cancel and renewal at the same moment charge at most once, and the page says which came first', async () => {
  for (const wait of [0, 0.03, 0.05]) {
    const { pledgeId, token } = await beginPledge(world)
    const end = (await pledgeOf(pledgeId)).nextChargeAt ?? now()
    await world.advanceDays((end.getTime() - now().getTime()) / 86_400_000 - 0.01)
    await Promise.all([world.advanceDays(0.01 + wait), cancelPledge(GUEST, { token })])
    await world.deliver()
    await world.live(35)
    const gifts = await giftsOf(pledgeId)
    expect(gifts.length).toBeLessThanOrEqual(2)
    const view = await findPledge(GUEST, token)
    expect(view).toMatchObject({ status: 'cancelled', next: null })
    expect(view?.raced?.donationId).toBe(gifts[1]?.id)
  }
}, 180_000)

test('a failed payment is not tried again after a pause or a cancel', async () => {
  for (const stop of [
    (token: string) => cancelPledge(GUEST, { token }),
    (token: string) => pausePledge(GUEST, { token, until: 'resumed' }),
  ]) {
    const { pledgeId, token, subscriptionId } = await beginPledge(world)
    await turnCard(world, subscriptionId, FAILING_CARD)
    await world.live(32)
    expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'past_due' })
    await turnCard(world, subscriptionId, null)
    await stop(token)
    await world.live(10)
    expect(await giftsOf(pledgeId)).toHaveLength(1)
  }
}, 180_000)

test('a wish that Stripe did not hear is carried out by the worker, and the page says that it is on its way', async () => {
  const { pledgeId, token } = await beginPledge(world)
  await world.control('PUT', 'faults', {
    rules: [{ method: 'DELETE', path: '/v1/subscriptions', kind: '500', times: 50 }],
  })
  await expect(cancelPledge(GUEST, { token })).rejects.toMatchObject({ code: 'payment_provider' })
  await world.control('PUT', 'faults', { rules: [] })
  expect(await findPledge(GUEST, token)).toMatchObject({ status: 'active', isEnding: true })
  await world.advanceDays(1)
  await syncCampaignPledges(WORKER)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'donor', wishAt: null })
}, 120_000)

test('while its campaign is paused a pledge is not charged, and goes on with it', async () => {
  const { pledgeId, token, email, campaign } = await beginPledge(world)
  await moveCampaign(campaign.id, 'paused')
  expect(await syncCampaignPledges(WORKER)).toBe(1)
  expect(await syncCampaignPledges(WORKER)).toBe(0)
  expect(await findPledge(GUEST, token)).toMatchObject({ status: 'paused', isPausedByCampaign: true, next: null })
  await world.live(40)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  await moveCampaign(campaign.id, 'live')
  await syncCampaignPledges(WORKER)
  await world.live(32)
  expect(await giftsOf(pledgeId)).toHaveLength(2)
  expect(await newsTo(email)).toEqual([
    expect.stringContaining('You give'),
    expect.stringContaining('is paused'),
    expect.stringContaining('goes on'),
  ])
}, 120_000)

test('what the donor paused stays paused when the campaign goes on', async () => {
  const { pledgeId, token, campaign } = await beginPledge(world)
  await pausePledge(GUEST, { token, until: 'resumed' })
  await moveCampaign(campaign.id, 'paused')
  await syncCampaignPledges(WORKER)
  await moveCampaign(campaign.id, 'live')
  await syncCampaignPledges(WORKER)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'paused', campaignPausedAt: null })
  await world.live(35)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
}, 120_000)

test('a campaign that closes ends its pledges and tells each donor', async () => {
  const { pledgeId, email, campaign } = await beginPledge(world)
  await moveCampaign(campaign.id, 'closed')
  expect(await syncCampaignPledges(WORKER)).toBe(1)
  expect(await syncCampaignPledges(WORKER)).toBe(0)
  await world.live(35)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'campaign_ended' })
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  expect(await newsTo(email)).toContainEqual(expect.stringContaining('has ended, and your monthly gift with it'))
}, 120_000)

test('a disputed charge stops the pledge, once', async () => {
  const { pledgeId, email } = await beginPledge(world)
  const reason = 'dispute du_1'
  await Promise.all([stopPledge(WORKER, { pledgeId, reason }), stopPledge(WORKER, { pledgeId, reason })])
  await stopPledge(WORKER, { pledgeId, reason })
  await world.live(35)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'disputed' })
  expect(await giftsOf(pledgeId)).toHaveLength(1)
  expect((await newsTo(email)).filter((subject) => subject.includes('has ended'))).toHaveLength(1)
}, 120_000)

test('a subscription that is ended or paused in Stripe’s dashboard is ended or paused here', async () => {
  const { pledgeId, subscriptionId } = await beginPledge(world)
  await world.stripe(`subscriptions/${subscriptionId}`, { 'pause_collection[behavior]': 'void' })
  await world.deliver()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'paused' })
  await syncCampaignPledges(WORKER)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'paused' })
  await world.stripe(`subscriptions/${subscriptionId}`, undefined, 'DELETE')
  await world.deliver()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'stripe' })
}, 120_000)

async function renewalsAtStripe(pledgeId: string): Promise<number> {
  const { subscriptionId } = await pledgeOf(pledgeId)
  const invoices = await world.stripe<{ data: { status: string }[] }>(`invoices?subscription=${subscriptionId}`)
  return invoices.data.filter(({ status }) => status === 'paid').length
}
