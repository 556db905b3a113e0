import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { settleDonation } from '#lib/donations/settle-donation.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { resetEnv } from '#lib/env.ts'
import { campaignFigures } from '#lib/reports/queries.ts'
import { begin, GUEST, giving, makeCampaign, payAt, sessionIdOf, useWorld } from './world.ts'

const world = useWorld()

/** Stripe as it answers for a bank debit: the giver is done with the page, and nothing is paid yet. */
async function withSlowBank(work: () => Promise<unknown>): Promise<void> {
  const server = createServer(async (request, response) => {
    const headers = { authorization: String(request.headers.authorization) }
    const answer = await fetch(`${world.sandbox.url}${request.url}`, { headers })
    const session = { ...((await answer.json()) as object), status: 'complete', payment_status: 'unpaid' }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(session))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  process.env['STRIPE_API_BASE'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  resetEnv()
  try {
    await work()
  } finally {
    process.env['STRIPE_API_BASE'] = world.sandbox.url
    resetEnv()
    server.closeAllConnections()
    server.close()
  }
}

test('payment pages that somebody opened move no public figure', async () => {
  const { campaign } = await makeCampaign()
  await begin(campaign.slug, { amount: '900' })
  await startPledge(GUEST, giving(campaign.slug, { amount: '800' }))
  expect(await campaignFigures(campaign.id)).toMatchObject({ pledgedMinor: 0n, monthlyMinor: 0n, keptMinor: 0n })
})

test('a gift whose giver is done and whose bank has not paid is pledged, and raised once it has', async () => {
  const { campaign } = await makeCampaign()
  const { checkoutUrl, donationId } = await begin(campaign.slug, { amount: '30' })
  const sessionId = sessionIdOf(checkoutUrl)
  await settleDonation(GUEST, { sessionId })
  expect(await campaignFigures(campaign.id)).toMatchObject({ pledgedMinor: 0n })
  await withSlowBank(async () => expect(await settleDonation(GUEST, { sessionId })).toMatchObject({ state: 'unpaid' }))
  expect(await campaignFigures(campaign.id)).toMatchObject({ pledgedMinor: 3000n, keptMinor: 0n })
  await payAt(checkoutUrl)
  await settleDonation(GUEST, { sessionId })
  expect(await db().donation.findUnique({ where: { id: donationId } })).toMatchObject({ status: 'settled' })
  expect(await campaignFigures(campaign.id)).toMatchObject({ pledgedMinor: 0n, keptMinor: 3000n })
})
