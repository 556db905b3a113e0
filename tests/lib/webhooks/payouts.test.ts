import { expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { settlePayout } from '#lib/webhooks/settle-payout.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { begin, makeCampaign, payAt, runJobs, settleAll, useWorld } from '#tests/lib/donations/world.ts'

const world = useWorld()
const WORKER = { kind: 'system', name: 'worker' } as const
const DAY = 86_400

/** What the ledger holds at and beyond Stripe, by place. */
async function places() {
  const rows = await db().$queryRaw<{ role: string; minor: bigint }[]>`
    SELECT role::text, sum(CASE side WHEN 'd' THEN amount_minor ELSE -amount_minor END)::bigint AS minor FROM (
      SELECT a.role, 'd' AS side, t.amount_minor FROM ledger.transfers t JOIN ledger.accounts a ON a.id = t.debit_account_id
      UNION ALL SELECT a.role, 'c', t.amount_minor FROM ledger.transfers t JOIN ledger.accounts a ON a.id = t.credit_account_id) x
    GROUP BY role`
  const of = (role: string) => rows.find((row) => row.role === role)?.minor ?? 0n
  return {
    pending: of('stripe_pending'),
    available: of('stripe_available'),
    transit: of('in_transit'),
    bank: of('bank'),
  }
}

/** Stripe's own sums: the net of what is not paid out. */
async function stripeBalance(): Promise<bigint> {
  return (await world.transactions()).reduce((sum, line) => sum + BigInt(line.net), 0n)
}

async function give(count: number, fields: Record<string, unknown> = {}) {
  const { campaign } = await makeCampaign()
  for (let n = 0; n < count; n += 1)
    await payAt((await begin(campaign.slug, { amount: `${10 + n}.37`, ...fields })).checkoutUrl)
}

test('gifts, availability and a payout leave the ledger equal to Stripe to the cent', async () => {
  await give(4, { tip: '10', coverFee: true })
  await give(3)
  await settleAll(world)
  const net = await stripeBalance()
  expect(await places()).toEqual({ pending: net, available: 0n, transit: 0n, bank: 0n })

  expect(await postDueAvailable()).toBe(0)
  world.sandbox.advance(3 * DAY)
  const restore = replaceClock(() => new Date(Date.now() + 3 * DAY * 1_000))
  try {
    expect(await postDueAvailable()).toBe(7)
    expect(await postDueAvailable()).toBe(0)
  } finally {
    restore()
  }
  expect(await places()).toEqual({ pending: 0n, available: net, transit: 0n, bank: 0n })

  await world.control('POST', 'payouts/run')
  await settleAll(world)
  await settleAll(world)
  expect(await stripeBalance()).toBe(0n)
  expect(await places()).toEqual({ pending: 0n, available: 0n, transit: 0n, bank: net })
  const [payout] = await db().stripePayout.findMany()
  expect(payout).toMatchObject({ amountMinor: net, status: 'paid' })
  await settlePayout(WORKER, payout?.id ?? '')
  expect((await places()).bank).toBe(net)
})

test('a payout finds gifts no webhook told of, and books them first', async () => {
  const before = await places()
  await world.control('PUT', 'delivery', { mode: 'drop' })
  await give(2)
  world.sandbox.advance(3 * DAY)
  await world.control('POST', 'payouts/run')
  await world.sandbox.delivered()
  await world.control('PUT', 'delivery', { mode: 'normal' })
  const known = new Set((await db().stripePayout.findMany()).map((payout) => payout.id))
  const lines = await world.transactions()
  const payoutId = lines.find((line) => line.payout !== null && !known.has(line.payout))?.payout ?? ''
  expect(await settlePayout(WORKER, payoutId)).toEqual({ status: 'applied' })
  const net = lines
    .filter((line) => line.payout === payoutId && line.reporting_category === 'charge')
    .reduce((sum, line) => sum + line.net, 0)
  expect((await places()).bank - before.bank).toBe(BigInt(net))
})

test('the sweep finds what no webhook brought, and does nothing twice', async () => {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  await give(3)
  await world.sandbox.delivered()
  await world.control('PUT', 'delivery', { mode: 'normal' })
  const swept = await sweepStripe()
  expect(swept).toMatchObject({ transactions: 3, failed: 0 })
  await runJobs(world)
  const { pending } = await places()
  expect(pending).toBe(await stripeBalance())
  expect(await sweepStripe()).toMatchObject({ transactions: 0, events: 0, failed: 0 })
  await runJobs(world)
  expect((await places()).pending).toBe(pending)
})
