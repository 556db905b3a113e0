import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { expectSound } from '#tests/lib/donations/aftermath.ts'
import { usePledgeWorld } from '#tests/lib/donations/pledge-world.ts'
import { begin, makeCampaign, payAt } from '#tests/lib/donations/world.ts'

// Its webhook leads nowhere: whatever happens at Stripe is missed.
const world = usePledgeWorld()
const DAYS = 29
const GIFTS = 60

test('29 days of missed events are repaired by one sweep', async () => {
  const { campaign } = await makeCampaign()
  const chargeOf = (charges: { data: { id: string }[] }) => charges.data[0]!.id
  const latest = async () => chargeOf(await world.stripe('charges?limit=1'))
  for (let n = 0; n < GIFTS; n += 1) {
    await payAt((await begin(campaign.slug, { amount: `${10 + n}.37` })).checkoutUrl)
    if (n % 6 === 2) await world.control('POST', 'refunds', { charge: await latest(), amount: 300 + n })
    if (n === 10) await world.control('POST', 'disputes', { charge: await latest() })
    await world.advanceDays(DAYS / GIFTS)
  }
  expect(await db().donation.count({ where: { status: 'settled' } })).toBe(0)

  const result = await sweepStripe()
  expect(result).toMatchObject({ complete: true, failed: 0 })
  expect(await db().donation.count({ where: { status: 'settled' } })).toBe(GIFTS)
  expect(await db().refund.count()).toBe(10)
  expect(await db().dispute.count()).toBe(1)
  const [row] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT sum(balance_minor)::bigint AS minor FROM ledger.balances WHERE role IN ('stripe_pending', 'stripe_available')`
  expect(row?.minor).toBe((await world.transactions()).reduce((sum, line) => sum + BigInt(line.net), 0n))
  expect(await sweepStripe()).toMatchObject({ transactions: 0, events: 0, failed: 0 })
  await expectSound()
}, 300_000)
