import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureSchemas } from '#sandbox/generate-schemas.ts'
import { startSandbox } from '#sandbox/server.ts'
import { closeAll, listenForWebhooks, payOnce, sessionParams, start } from './support.ts'

const children: ChildProcess[] = []
let dataDir = ''

beforeEach(async () => {
  await ensureSchemas()
  dataDir = mkdtempSync(join(tmpdir(), 'sandbox-test-'))
})

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) await stop(child, 'SIGKILL')
  }
  await closeAll()
  rmSync(dataDir, { recursive: true, force: true })
})

function run(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}

async function ready(child: ChildProcess): Promise<Stripe> {
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()))
    child.once('exit', () => reject(new Error('ended before it was ready')))
  })
  const { url } = JSON.parse(line) as { url: string }
  return new Stripe('sk_test_sandbox', {
    host: '127.0.0.1',
    port: new URL(url).port,
    protocol: 'http',
    maxNetworkRetries: 0,
  })
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  child.kill(signal)
  return ended
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, text }
}

describe('the program', () => {
  test('keeps everything over a kill, ids, idempotency and waiting webhooks included', async () => {
    const first = run({ SANDBOX_DATA_DIR: dataDir, SANDBOX_WEBHOOK_URL: 'http://127.0.0.1:9/closed' })
    const stripe = await ready(first)
    const session = await stripe.checkout.sessions.create(sessionParams(), { idempotencyKey: 'k1' })
    const customer = await stripe.customers.create({ name: 'Ann' })
    await stop(first, 'SIGKILL')

    const endpoint = await listenForWebhooks()
    const again = await ready(run({ SANDBOX_DATA_DIR: dataDir, SANDBOX_WEBHOOK_URL: endpoint.url }))
    expect(await again.customers.retrieve(customer.id)).toMatchObject({ name: 'Ann' })
    const replayed = await again.checkout.sessions.create(sessionParams(), { idempotencyKey: 'k1' })
    expect(replayed.id).toBe(session.id)
    const other = await again.customers.create({ name: 'Bob' })
    expect(other.id).not.toBe(customer.id)
    await expect.poll(() => endpoint.received.length, { timeout: 10_000 }).toBe(2)
    const subjects = endpoint.received.map((r) => (r.event.data.object as Stripe.Customer).id)
    expect(subjects.toSorted()).toEqual([customer.id, other.id].toSorted())
  })

  test('ends cleanly on SIGTERM', async () => {
    const child = run({})
    await ready(child)
    expect(await stop(child, 'SIGTERM')).toBe(0)
  })

  test('ends when the parent that opened a channel goes away', async () => {
    const child = fork('sandbox/main.ts', [], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    children.push(child)
    const message = await new Promise((resolve) => child.once('message', resolve))
    expect(message).toMatchObject({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.disconnect()
    expect(await ended).toBe(0)
  })

  test('names each wrong setting on a line of its own', async () => {
    const { code, text } = await outcome(run({ SANDBOX_PORT: 'eighty', SANDBOX_WEBHOOK_URL: 'ftp://x' }))
    expect(code).toBe(1)
    expect(text).toMatch(/^.*SANDBOX_PORT: .+\nSANDBOX_WEBHOOK_URL: .+$/m)
  })

  test('does not share its data with a second one', async () => {
    await ready(run({ SANDBOX_DATA_DIR: dataDir }))
    const { code, text } = await outcome(run({ SANDBOX_DATA_DIR: dataDir }))
    expect(code).toBe(1)
    expect(text).toContain('another sandbox may be using it')
  })

  test('says so when its port is taken', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await expect(startSandbox({ port })).rejects.toThrow('EADDRINUSE')
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('in one process', () => {
  test('the same seed gives the same ids, another seed gives others', async () => {
    const idsOf = async (seed: string) => {
      const running = await start({ seed })
      const session = await payOnce(running)
      return [session.id, (session.payment_intent as Stripe.PaymentIntent).id]
    }
    const first = await idsOf('one')
    expect(await idsOf('one')).toEqual(first)
    expect(await idsOf('two')).not.toEqual(first)
  })

  test('a restart on the same data does not go back in time', async () => {
    const first = await start({ dataDir })
    first.sandbox.advance(1000)
    await first.stripe.customers.create({ name: 'Ann' })
    await first.sandbox.close()
    const second = await start({ dataDir })
    const { data } = await second.stripe.customers.list({ created: { gte: Math.floor(Date.now() / 1000) + 900 } })
    expect(data).toHaveLength(1)
    const later = await second.stripe.customers.create({ name: 'Bob' })
    expect(later.created).toBeGreaterThanOrEqual(data[0]?.created ?? 0)
  })
})
