import { afterEach, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { resumeCalls } from '#lib/webhooks/resume-calls.ts'
import { pledgeOf, usePledgeWorld } from './pledge-world.ts'
import { GUEST, giving, makeCampaign } from './world.ts'

const world = usePledgeWorld()
const WORKER = { kind: 'system', name: 'worker' } as const

afterEach(() => world.control('PUT', 'faults', { rules: [] }))

/** Sends a form of which Stripe makes the payment page and we never learn: as if we had died before writing it down. */
async function breakOff(send: () => Promise<unknown>, kind = 'reset_after_commit'): Promise<void> {
  const path = '/v1/checkout/sessions'
  await world.control('PUT', 'faults', { rules: [{ method: 'POST', path, kind, times: 50 }] })
  await expect(send()).rejects.toMatchObject({ code: 'payment_provider' })
  await world.control('PUT', 'faults', { rules: [] })
}

async function breakOffPledge(kind?: string): Promise<string> {
  const { campaign } = await makeCampaign()
  await breakOff(() => startPledge(GUEST, giving(campaign.slug)), kind)
  const { id } = await db().pledge.findFirstOrThrow({ where: { campaignId: campaign.id } })
  expect(await pledgeOf(id)).toMatchObject({ status: 'pending', checkoutSessionId: null })
  return id
}

async function breakOffGift(kind?: string): Promise<string> {
  const { campaign } = await makeCampaign()
  await breakOff(() => startDonation(GUEST, giving(campaign.slug)), kind)
  const gift = await db().donation.findFirstOrThrow({ where: { campaignId: campaign.id } })
  expect(gift).toMatchObject({ status: 'started', checkoutSessionId: null })
  return gift.id
}

const giftOf = (id: string) => db().donation.findUniqueOrThrow({ where: { id }, include: { pledge: true } })

test('a pledge whose page we never learnt of ends when that page expires, and stays ended', async () => {
  const pledgeId = await breakOffPledge()
  await world.advanceDays(1.1)
  await world.deliver()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'never_paid' })
  expect(await resumeCalls(WORKER)).toBe(1)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', checkoutUrl: null })
}, 120_000)

test('a pledge whose page turns out to have expired ends then, without an event', async () => {
  const pledgeId = await breakOffPledge()
  await world.advanceDays(1.1)
  expect(await resumeCalls(WORKER)).toBe(1)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'never_paid', checkoutUrl: null })
  expect(await resumeCalls(WORKER)).toBe(0)
}, 120_000)

test('a pledge whose page is found again in time can be paid on it', async () => {
  const pledgeId = await breakOffPledge()
  await world.advanceDays(0.5)
  expect(await resumeCalls(WORKER)).toBe(1)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'pending', checkoutUrl: expect.stringContaining('http') })
}, 120_000)

test('a single gift whose page we never learnt of expires with it, and no page of it is offered again', async () => {
  const donationId = await breakOffGift()
  await world.advanceDays(1.1)
  await world.deliver()
  expect(await giftOf(donationId)).toMatchObject({ status: 'expired', pledge: { status: 'cancelled' } })
  expect(await resumeCalls(WORKER)).toBe(1)
  expect(await giftOf(donationId)).toMatchObject({ status: 'expired', checkoutUrl: null })
}, 120_000)

test('a single gift whose page turns out to have expired ends then, without an event', async () => {
  const donationId = await breakOffGift()
  await world.advanceDays(1.1)
  expect(await resumeCalls(WORKER)).toBe(1)
  expect(await giftOf(donationId)).toMatchObject({ status: 'expired', pledge: { status: 'cancelled' } })
}, 120_000)

test('what never reached Stripe, and was taken up again too late to be paid, ends', async () => {
  const pledgeId = await breakOffPledge('500')
  const donationId = await breakOffGift('500')
  await world.advanceDays(1.1)
  expect(await resumeCalls(WORKER)).toBe(2)
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'never_paid' })
  expect(await giftOf(donationId)).toMatchObject({ status: 'expired', pledge: { status: 'cancelled' } })
}, 120_000)
