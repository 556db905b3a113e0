import { expect, test } from 'vitest'
import { beginPledge, giftsOf, pledgeOf, usePledgeWorld } from './pledge-world.ts'

const world = usePledgeWorld()

async function paidPledge(): Promise<{ pledgeId: string; subscriptionId: string; charge: string | null }> {
  const { pledgeId, subscriptionId } = await beginPledge(world)
  const [gift] = await giftsOf(pledgeId)
  expect(gift?.status).toBe('settled')
  return { pledgeId, subscriptionId, charge: gift?.chargeId ?? null }
}

test('a disputed charge ends its monthly pledge, once, at Stripe too', async () => {
  const { pledgeId, subscriptionId, charge } = await paidPledge()
  await world.control('POST', 'disputes', { charge })
  await world.deliver()
  await world.deliver()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'cancelled', endReason: 'disputed' })
  expect(await world.stripe(`subscriptions/${subscriptionId}`)).toMatchObject({ status: 'canceled' })
  await world.live(35)
  expect(await giftsOf(pledgeId)).toHaveLength(1)
})

test('an inquiry and a refund leave the monthly pledge as it is', async () => {
  const { pledgeId, charge } = await paidPledge()
  await world.control('POST', 'disputes', { charge, inquiry: true })
  await world.control('POST', 'refunds', { charge, amount: 100 })
  await world.deliver()
  expect(await pledgeOf(pledgeId)).toMatchObject({ status: 'active', endReason: null })
})
