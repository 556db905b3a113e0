import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { begin, GUEST, makeCampaign, payAt, sessionIdOf, settleAll, useWorld } from './world.ts'

const world = useWorld()

async function endCampaign(id: string, ...statuses: ('closed' | 'settled')[]) {
  for (const status of statuses) await db().campaign.update({ where: { id }, data: { status } })
}

async function payAfterTheEnd(options: Parameters<typeof makeCampaign>[0], ...statuses: ('closed' | 'settled')[]) {
  const made = await makeCampaign(options)
  const { donationId, checkoutUrl } = await begin(made.campaign.slug, { tip: '10' })
  await endCampaign(made.campaign.id, ...statuses)
  await payAt(checkoutUrl)
  await settleAll(world)
  const donation = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  const chapter = await db().chapter.findUniqueOrThrow({ where: { id: made.chapter.id } })
  return { ...made, donation, generalFundId: chapter.generalFundId }
}

test('paid after the campaign closed: recorded, and stays with the same aid group where that is the rule', async () => {
  const { donation, fundId } = await payAfterTheEnd({ surplusRule: 'same_aid_group' }, 'closed')
  expect(donation).toMatchObject({ status: 'settled', fundId })
})

test('paid after the campaign closed: routed to the general fund where that is the rule, tip and gift as one', async () => {
  const { donation, generalFundId } = await payAfterTheEnd({ surplusRule: 'chapter_general_fund' }, 'closed')
  expect(donation).toMatchObject({ status: 'settled', fundId: generalFundId, tipFundId: null, tipMinor: 250n })
})

test('a gift paid after the books were settled goes to the general fund', async () => {
  const { donation, generalFundId } = await payAfterTheEnd({ surplusRule: 'same_aid_group' }, 'closed', 'settled')
  expect(donation).toMatchObject({ status: 'settled', fundId: generalFundId })
})

test('paid after the campaign closed: routed to the chapter’s next campaign where that is the rule, else to its general fund', async () => {
  const alone = await payAfterTheEnd({ surplusRule: 'next_campaign' }, 'closed')
  expect(alone.donation.fundId).toBe(alone.generalFundId)
  const next = await makeCampaign({ chapterId: alone.chapter.id })
  const { donation } = await payAfterTheEnd({ surplusRule: 'next_campaign', chapterId: alone.chapter.id }, 'closed')
  expect(donation.fundId).toBe(next.fundId)
})

test('a general fund in another currency cannot take a gift: it stays with its campaign', async () => {
  const made = await payAfterTheEnd(
    { surplusRule: 'chapter_general_fund', currency: 'EUR', chapterCurrency: 'USD' },
    'closed',
  )
  expect(made.donation.fundId).toBe(made.fundId)
})

test('a tip goes to the general fund with its own share of the fee, and the legs are the net to the cent', async () => {
  const { campaign, fundId, chapter } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug, { amount: '33.33', coverFee: true, tip: '15' })
  await payAt(checkoutUrl)
  await settleAll(world)
  const donation = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  const legs = await db().balanceTransactionLeg.findMany({
    where: { balanceTransactionId: donation.balanceTransactionId ?? '' },
  })
  const line = (await world.transactions()).find((transaction) => transaction.id === donation.balanceTransactionId)
  const { generalFundId } = await db().chapter.findUniqueOrThrow({ where: { id: chapter.id } })
  expect(new Set(legs.map((leg) => leg.fundId))).toEqual(new Set([fundId, generalFundId]))
  expect(legs.reduce((sum, leg) => sum + leg.netMinor, 0n)).toBe(BigInt(line?.net ?? 0))
  const own = legs.find((leg) => leg.fundId === fundId)
  expect(own?.netMinor).toBeGreaterThanOrEqual(3333n)
})

test('first tips to one chapter at the same time open one general fund', async () => {
  const { campaign, chapter } = await makeCampaign()
  const started = await Promise.all(Array.from({ length: 6 }, () => begin(campaign.slug, { tip: '5' })))
  for (const { checkoutUrl } of started) await payAt(checkoutUrl)
  await Promise.all(started.map(({ checkoutUrl }) => settleDonation(GUEST, { sessionId: sessionIdOf(checkoutUrl) })))
  const funds = await db().$queryRaw<
    unknown[]
  >`SELECT id FROM ledger.funds WHERE chapter_id = ${chapter.id}::uuid AND campaign_id IS NULL`
  expect(funds).toHaveLength(1)
  await settleAll(world)
})
