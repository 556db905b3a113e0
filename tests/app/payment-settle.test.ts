import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { stripe } from '#lib/stripe/client.ts'
import {
  begin,
  GUEST,
  giving,
  makeCampaign,
  payAt,
  sessionIdOf,
  settleAll,
  useWorld,
} from '#tests/lib/donations/world.ts'

const world = useWorld()

test('success page opened without paying: not credited, however often', async () => {
  const { campaign, fundId } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug)
  // What the page does with the address it is opened at.
  const opened = () => settleDonation(GUEST, { sessionId: sessionIdOf(checkoutUrl) })
  expect((await Promise.all([opened(), opened(), opened()])).map(({ state }) => state)).toEqual([
    'unpaid',
    'unpaid',
    'unpaid',
  ])
  await payAt(checkoutUrl, '4000000000000002')
  expect((await opened()).state).toBe('unpaid')
  expect(await db().donation.findUniqueOrThrow({ where: { id: donationId } })).toMatchObject({
    status: 'started',
    entryId: null,
  })
  const entries = await db().$queryRaw<unknown[]>`SELECT FROM ledger.transfers WHERE fund_id = ${fundId}`
  expect(entries).toHaveLength(0)
})

test('success page opened with a session that is none of ours, or none at all: not credited', async () => {
  const foreign = await stripe().checkout.sessions.create({
    ...{ mode: 'payment', success_url: 'https://example.org/', client_reference_id: 'somebody else' },
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 2500, product_data: { name: 'Shoes' } } }],
  })
  await payAt(foreign.url ?? '')
  const before = await db().donation.count({ where: { status: 'settled' } })
  expect(await settleDonation(GUEST, { sessionId: foreign.id })).toEqual({ state: 'foreign' })
  expect(await settleDonation(GUEST, { sessionId: 'cs_test_nobody' })).toEqual({ state: 'unknown' })
  expect(await db().donation.count({ where: { status: 'settled' } })).toBe(before)
})

test('another donor’s session id: credited to the one it belongs to, and to nobody else', async () => {
  const { campaign } = await makeCampaign()
  const [own, other] = [await begin(campaign.slug), await begin(campaign.slug)]
  await payAt(own.checkoutUrl)
  await expect(
    settleDonation(GUEST, { sessionId: sessionIdOf(own.checkoutUrl), donationId: other.donationId }),
  ).rejects.toMatchObject({ code: 'conflict' })
  await settleAll(world)
  expect(await db().donation.findUniqueOrThrow({ where: { id: own.donationId } })).toMatchObject({ status: 'settled' })
  expect(await db().donation.findUniqueOrThrow({ where: { id: other.donationId } })).toMatchObject({
    status: 'started',
  })
})

test('success page and webhook at the same moment: one posting', async () => {
  const { campaign, fundId } = await makeCampaign()
  const { checkoutUrl } = await begin(campaign.slug)
  await payAt(checkoutUrl)
  const sessionId = sessionIdOf(checkoutUrl)
  await Promise.all([settleAll(world), ...Array.from({ length: 8 }, () => settleDonation(GUEST, { sessionId }))])
  const gifts = await db().$queryRaw<
    unknown[]
  >`SELECT DISTINCT entry_id FROM ledger.transfers WHERE fund_id = ${fundId} AND kind = 'gift'`
  expect(gifts).toHaveLength(1)
})

test('paid after the campaign closed: recorded once it is paid, and no new gift is taken', async () => {
  const { campaign } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug)
  await db().campaign.update({ where: { id: campaign.id }, data: { status: 'closed' } })
  await expect(startDonation(GUEST, giving(campaign.slug))).rejects.toMatchObject({ code: 'wrong_state' })
  await payAt(checkoutUrl)
  await settleAll(world)
  expect(await db().donation.findUniqueOrThrow({ where: { id: donationId } })).toMatchObject({ status: 'settled' })
})
