import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { begin, GUEST, makeCampaign, payAt, sessionIdOf, settleAll, useWorld } from './world.ts'

const world = useWorld()

test('a gift that is paid at Stripe comes by webhook into the ledger, to the cent', async () => {
  const { campaign, fundId } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug, { coverFee: true })
  const paid = await payAt(checkoutUrl)
  expect(paid.location).toContain('/donations/return?session_id=cs_')
  await settleAll(world)

  const donation = await db().donation.findUniqueOrThrow({ where: { id: donationId }, include: { pledge: true } })
  const [line] = (await world.transactions()).filter((transaction) => transaction.id === donation.balanceTransactionId)
  expect(donation).toMatchObject({ status: 'settled', fundId, giftMinor: 2500n, feeMinor: BigInt(line?.fee ?? -1) })
  expect(donation.pledge.status).toBe('fulfilled')
  expect(line?.net).toBeGreaterThanOrEqual(2500)
  const transfers = await db().$queryRaw<unknown[]>`SELECT * FROM ledger.transfers WHERE entry_id = ${donation.entryId}`
  expect(transfers).toHaveLength(3)
  expect(await db().outboundMail.count({ where: { kind: 'receipt' } })).toBe(1)
})

test('payment_status=unpaid: not credited', async () => {
  const { campaign } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug)
  const outcome = await settleDonation(GUEST, { sessionId: sessionIdOf(checkoutUrl) })
  expect(outcome.state).toBe('unpaid')
  expect(await db().donation.findUniqueOrThrow({ where: { id: donationId } })).toMatchObject({
    status: 'started',
    entryId: null,
  })
})
