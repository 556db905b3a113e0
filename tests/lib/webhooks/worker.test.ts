import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { begin, makeCampaign, payAt, useWorld } from '#tests/lib/donations/world.ts'

const world = useWorld({ availableDelaySeconds: 0 })
const started: ChildProcess[] = []

afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

/** The worker as a program, with the environment `npm start` gives it. */
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

const ended = (child: ChildProcess) => new Promise<number | null>((done) => child.once('exit', (code) => done(code)))

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (await condition()) return
    await sleep(100)
  }
  throw new Error('it did not come to that')
}

test('a worker that is killed between event and ledger loses and doubles nothing', async () => {
  const { campaign, fundId } = await makeCampaign()
  const gifts = await Promise.all(Array.from({ length: 12 }, () => begin(campaign.slug)))
  for (const { checkoutUrl } of gifts) await payAt(checkoutUrl)
  await world.sandbox.delivered()
  const first = await startWorker()
  await until(async () => (await db().donation.count({ where: { status: 'settled' } })) > 2)
  first.kill('SIGKILL')
  await ended(first)

  const second = await startWorker()
  await until(async () => (await db().stripeEvent.count({ where: { status: 'pending' } })) === 0)
  await until(async () => (await db().outboundMail.count({ where: { status: 'sent' } })) === gifts.length)
  expect(await db().donation.count({ where: { status: 'settled' } })).toBe(gifts.length)
  const entries = await db().$queryRaw<{ kind: string }[]>`
    SELECT DISTINCT e.id, e.kind FROM ledger.entries e JOIN ledger.transfers t ON t.entry_id = e.id WHERE t.fund_id = ${fundId} AND e.kind = 'gift'`
  expect(entries).toHaveLength(gifts.length)
  // Availability and the fold are the worker's as well.
  await until(async () => (await db().balanceTransaction.count({ where: { availableEntryId: null } })) === 0)
  await until(
    async () =>
      (await db().$queryRaw<unknown[]>`SELECT FROM ledger.lots WHERE fund_id = ${fundId}`).length === gifts.length,
  )

  second.kill('SIGTERM')
  expect(await ended(second)).toBe(0)
})

test('a worker ends when the program that started it is gone', async () => {
  const worker = await startWorker()
  worker.disconnect()
  expect(await ended(worker)).toBe(0)
})
