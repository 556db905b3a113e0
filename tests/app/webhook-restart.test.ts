import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { begin, makeCampaign, payAt, useWorld } from '#tests/lib/donations/world.ts'

const world = useWorld()
const started: ChildProcess[] = []

afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

/** The worker as a program; slowed so that it is surely killed between taking an event and posting it. */
async function startWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/worker.ts'], {
    env: { ...process.env, NODE_ENV: 'production', SANDBOX: '1', STRIPE_API_BASE: world.sandbox.url },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  started.push(child)
  await new Promise<void>((done, fail) => {
    child.stdout?.on('data', (chunk) => String(chunk).includes('Worker is ready') && done())
    child.once('exit', (code) => fail(new Error(`the worker ended with ${code}`)))
  })
  return child
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await condition()) return
    await sleep(100)
  }
  throw new Error('it did not come to that')
}

const postings = (donationId: string) => db().$queryRaw<unknown[]>`
  SELECT e.id FROM ledger.entries e JOIN donation d ON e.source_id = d.balance_transaction_id WHERE d.id = ${donationId}::uuid AND e.kind = 'gift'`

test('killed after insert: done once on restart', async () => {
  const { campaign } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug)
  await payAt(checkoutUrl)
  await world.sandbox.delivered()
  // The events are in; nobody has applied one, and whoever takes one now hangs in its question to Stripe.
  expect(await db().stripeEvent.count({ where: { status: 'pending' } })).toBeGreaterThan(0)
  await world.control('PUT', 'faults', {
    rules: [{ method: 'GET', path: '/v1/', kind: 'slow', times: 20, delayMs: 30_000 }],
  })
  const first = await startWorker()
  await until(
    async () =>
      (await db().$queryRaw<unknown[]>`SELECT FROM graphile_worker.jobs WHERE locked_at IS NOT NULL`).length > 0,
  )
  const gone = new Promise((done) => first.once('exit', done))
  first.kill('SIGKILL')
  await gone
  expect(await postings(donationId)).toHaveLength(0)

  await world.control('PUT', 'faults', { rules: [] })
  const second = await startWorker()
  await until(async () => (await db().stripeEvent.count({ where: { status: 'pending' } })) === 0)
  expect(await postings(donationId)).toHaveLength(1)
  expect(await db().donation.findUniqueOrThrow({ where: { id: donationId } })).toMatchObject({ status: 'settled' })
  second.kill('SIGTERM')
}, 120_000)
