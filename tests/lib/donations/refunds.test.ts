import { expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { syncCharge } from '#lib/donations/sync-charge.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { stripe } from '#lib/stripe/client.ts'
import { begin, makeCampaign, payAt, settleAll, useWorld } from './world.ts'

const world = useWorld()
const WORKER = { kind: 'system', name: 'worker' } as const

async function gift(fields: Record<string, unknown> = {}, options: Parameters<typeof makeCampaign>[0] = {}) {
  const { campaign, chapter } = await makeCampaign(options)
  const started = await begin(campaign.slug, { amount: '25.00', ...fields })
  await payAt(started.checkoutUrl)
  await settleAll(world)
  const donation = await db().donation.findUniqueOrThrow({ where: { id: started.donationId } })
  return { donation, chargeId: donation.chargeId ?? '', fundId: donation.fundId ?? 0n, chapter, campaign }
}

test('a refund from the dashboard is booked once, and pending never goes below zero', async () => {
  const { chargeId, donation, fundId } = await gift()
  await stripe().refunds.create({ charge: chargeId, amount: 1000 })
  await settleAll(world)
  await syncCharge(WORKER, { chargeId, isTouched: true })
  const [refund] = await db().refund.findMany({ where: { donationId: donation.id } })
  expect(refund).toMatchObject({ origin: 'stripe', status: 'succeeded', amountMinor: 1000n, ownMinor: 1000n })
  expect(await verifyLedger(db())).toEqual([])
  world.sandbox.advance(3 * 86_400)
  const restore = replaceClock(() => new Date(Date.now() + 3 * 86_400_000))
  await postDueAvailable()
  restore()
  const rows = await db()
    .$queryRaw`SELECT role, balance_minor AS minor FROM ledger.balances WHERE fund_id = ${fundId} AND balance_minor <> 0 ORDER BY role`
  expect(rows).toEqual([
    { role: 'contributions', minor: -2500n },
    { role: 'processing_fees', minor: 103n },
    { role: 'refunds', minor: 1000n },
    { role: 'stripe_available', minor: 1397n },
  ])
  expect(await verifyLedger(db())).toEqual([])
})
