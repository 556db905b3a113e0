import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeAll, listenForWebhooks, type Running, start } from './support.ts'

const program = findProgram()
const isAbsent = program === undefined
if (isAbsent && process.env['CI'] === 'true') throw new Error("Stripe's command line is absent")

let running: Running
let endpoint: Awaited<ReturnType<typeof listenForWebhooks>>
let home = ''

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'stripe-cli-'))
  endpoint = await listenForWebhooks()
  running = await start({ webhookUrl: endpoint.url, availableDelaySeconds: 0 })
})

afterAll(async () => {
  await closeAll()
  rmSync(home, { recursive: true, force: true })
})

function findProgram(): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve('@stripe/cli/bin/shim.js'))
  } catch {
    return undefined
  }
}

/** Runs Stripe's own program against the sandbox, with nothing of the person's own settings. */
async function stripe(...args: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [program ?? '', '--api-base', running.sandbox.url, ...args], {
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      STRIPE_API_KEY: 'sk_test_sandbox',
      STRIPE_CLI_TELEMETRY_OPTOUT: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, text }
}

describe.skipIf(isAbsent)("Stripe's own command line", () => {
  test.each([
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'charge.succeeded',
    'charge.failed',
    'charge.refunded',
    'charge.refund.updated',
    'charge.dispute.created',
    'charge.dispute.updated',
    'charge.dispute.closed',
    'checkout.session.completed',
    'checkout.session.expired',
    'customer.created',
    'customer.subscription.created',
    'customer.subscription.deleted',
    'payout.created',
  ])('triggers %s, and the endpoint gets it', async (type) => {
    const before = endpoint.received.length
    const { code, text } = await stripe('trigger', type)
    expect(text).toContain('Trigger succeeded')
    expect(code).toBe(0)
    await running.sandbox.delivered()
    expect(endpoint.received.slice(before).map((one) => one.event.type)).toContain(type)
  })

  test('makes a refund and reads the balance', async () => {
    await stripe('trigger', 'charge.succeeded')
    const charge = (await running.stripe.charges.list({ limit: 1 })).data[0]?.id ?? ''
    const { text } = await stripe('refunds', 'create', '--charge', charge, '--amount', '7')
    expect(JSON.parse(text)).toMatchObject({ object: 'refund', charge, amount: 7, status: 'succeeded' })
    const balance = JSON.parse((await stripe('balance', 'retrieve')).text) as Stripe.Balance
    expect(balance.available[0]?.currency).toBe('usd')
  })

  test('sends an event again', async () => {
    const [event] = (await running.stripe.events.list({ limit: 1 })).data
    await running.sandbox.delivered()
    const before = endpoint.received.length
    const { text } = await stripe('events', 'resend', event?.id ?? '')
    expect(text).toContain(event?.id)
    await running.sandbox.delivered()
    expect(endpoint.received.slice(before).map((one) => one.event.id)).toEqual([event?.id])
  })

  test('is told what is wrong with a request', async () => {
    const { text } = await stripe('refunds', 'create', '--charge', 'ch_none')
    expect(text).toContain("No such charge: 'ch_none'")
  })
})
