import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { ensureSchemas } from '#sandbox/generate-schemas.ts'
import type { SandboxOptions } from '#sandbox/options.ts'
import { type RunningSandbox, startSandbox } from '#sandbox/server.ts'

export interface Running {
  sandbox: RunningSandbox
  stripe: Stripe
}

const open: (() => Promise<void>)[] = []

export async function start(options: SandboxOptions = {}): Promise<Running> {
  await ensureSchemas()
  const sandbox = await startSandbox({ seed: 'test', ...options })
  open.push(() => sandbox.close())
  return { sandbox, stripe: client(sandbox) }
}

export function client(sandbox: RunningSandbox, key = 'sk_test_sandbox'): Stripe {
  return new Stripe(key, {
    host: '127.0.0.1',
    port: sandbox.port,
    protocol: 'http',
    apiVersion: '2026-10-28.endive',
    maxNetworkRetries: 0,
    telemetry: false,
  })
}

export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).toReversed()) await close()
}

interface Received {
  event: Stripe.Event
  payload: string
  signature: string
}

/** An endpoint that keeps what it gets; `answers` are the statuses it gives in turn, then 200. */
export async function listenForWebhooks(answers: number[] = []) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void readAll(request).then((payload) => {
      const signature = String(request.headers['stripe-signature'])
      received.push({ event: JSON.parse(payload) as Stripe.Event, payload, signature })
      response.writeHead(answers.shift() ?? 200).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => new Promise((resolve) => server.close(() => resolve())))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`, received }
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

export function sessionParams(overrides: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  return {
    mode: 'payment',
    submit_type: 'donate',
    line_items: [
      {
        price_data: { currency: 'usd', unit_amount: 2500, product_data: { name: 'Gift: Winter & <heat>' } },
        quantity: 1,
      },
      { price_data: { currency: 'usd', unit_amount: 106, product_data: { name: 'Covered fee' } }, quantity: 1 },
    ],
    metadata: { donation: 'd-1' },
    payment_intent_data: { metadata: { donation: 'd-1' }, description: 'Gift' },
    success_url: 'http://127.0.0.1:9/thanks?session={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://127.0.0.1:9/back',
    ...overrides,
  } satisfies Stripe.Checkout.SessionCreateParams
}

export const VISA = '4242424242424242'
export const DECLINED = '4000000000000002'
export const THREE_D_SECURE = '4000002500003155'

/** Presses the button on the hosted page. */
export function pressPay(url: string, card: string, fields: Record<string, string> = {}): Promise<Response> {
  const form = new URLSearchParams({ email: 'ann@example.org', name: 'Ann Example', card, ...fields })
  return fetch(url, { method: 'POST', body: form, redirect: 'manual' })
}

export function control(sandbox: RunningSandbox, method: string, path: string, body?: unknown): Promise<Response> {
  const init = { method, headers: { 'Content-Type': 'application/json' } }
  return fetch(`${sandbox.url}/_sandbox/${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) })
}

export async function payOnce(running: Running, overrides: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
  const created = await running.stripe.checkout.sessions.create(sessionParams(overrides))
  await pressPay(created.url ?? '', VISA)
  return running.stripe.checkout.sessions.retrieve(created.id, {
    expand: ['payment_intent.latest_charge.balance_transaction'],
  })
}
