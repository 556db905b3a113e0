import Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { closeAll, control, listenForWebhooks, payOnce, start } from './support.ts'

afterEach(closeAll)

const verify = (r: { payload: string; signature: string }) =>
  Stripe.webhooks.constructEvent(r.payload, r.signature, 'whsec_sandbox')

async function eventually(check: () => boolean): Promise<void> {
  for (let n = 0; n < 500 && !check(); n += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(check()).toBe(true)
}

describe('webhooks', () => {
  test('carry each event once, signed, with the request that caused it', async () => {
    const endpoint = await listenForWebhooks()
    const { sandbox, stripe } = await start({ webhookUrl: endpoint.url })
    const customer = await stripe.customers.create({ email: 'ann@example.org' }, { idempotencyKey: 'k1' })
    await sandbox.delivered()
    expect(endpoint.received).toHaveLength(1)
    const event = verify(endpoint.received[0]!)
    expect(event).toMatchObject({
      type: 'customer.created',
      api_version: '2026-10-28.endive',
      livemode: false,
      request: { id: customer.lastResponse.requestId, idempotency_key: 'k1' },
      data: { object: { id: customer.id } },
    })
    expect(await stripe.events.retrieve(event.id)).toMatchObject({ pending_webhooks: 0 })
  })

  test('are sent again until they are taken', async () => {
    const endpoint = await listenForWebhooks([500, 302])
    const { sandbox, stripe } = await start({ webhookUrl: endpoint.url })
    await stripe.customers.create({})
    await eventually(() => endpoint.received.length === 1)
    expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
    sandbox.advance(1)
    await eventually(() => endpoint.received.length === 2)
    sandbox.advance(2)
    await sandbox.delivered()
    expect(new Set(endpoint.received.map((r) => r.event.id)).size).toBe(1)
    expect(endpoint.received).toHaveLength(3)
    expect((await stripe.events.list({ delivery_success: false })).data).toEqual([])
    expect((await stripe.events.list({ delivery_success: true })).data).toHaveLength(1)
  })

  test('are given up after three days, and the event list still knows', async () => {
    const { sandbox, stripe } = await start({ webhookUrl: 'http://127.0.0.1:9/closed' })
    await stripe.customers.create({})
    for (let n = 0; n < 40; n += 1) {
      sandbox.advance(3 * 3600)
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    await sandbox.delivered()
    expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
  })

  test('can come twice', async () => {
    const endpoint = await listenForWebhooks()
    const { sandbox, stripe } = await start({ webhookUrl: endpoint.url })
    await control(sandbox, 'PUT', 'delivery', { mode: 'duplicate' })
    await stripe.customers.create({})
    await sandbox.delivered()
    expect(endpoint.received.map((r) => r.event.id)).toEqual(
      Array.from({ length: 2 }, () => endpoint.received[0]?.event.id),
    )
  })

  test('can come in the wrong order', async () => {
    const endpoint = await listenForWebhooks()
    const running = await start({ webhookUrl: endpoint.url })
    await control(running.sandbox, 'PUT', 'delivery', { mode: 'reorder', delayMs: 300 })
    await payOnce(running)
    await running.sandbox.delivered()
    const types = endpoint.received.map((r) => r.event.type)
    expect(types.at(-1)).toBe('payment_intent.created')
    expect(types.indexOf('checkout.session.completed')).toBeLessThan(types.indexOf('payment_intent.succeeded'))
  })

  test('can be lost, and the event list tells which', async () => {
    const endpoint = await listenForWebhooks()
    const { sandbox, stripe } = await start({ webhookUrl: endpoint.url })
    await control(sandbox, 'PUT', 'delivery', { mode: 'drop' })
    await stripe.customers.create({})
    await sandbox.delivered()
    await control(sandbox, 'PUT', 'delivery', { mode: 'normal' })
    await stripe.customers.create({})
    await sandbox.delivered()
    expect(endpoint.received).toHaveLength(1)
    expect((await stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
  })

  test('can be delayed', async () => {
    const endpoint = await listenForWebhooks()
    const { sandbox, stripe } = await start({ webhookUrl: endpoint.url })
    await control(sandbox, 'PUT', 'delivery', { mode: 'delay', delayMs: 3_600_000 })
    await stripe.customers.create({})
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(endpoint.received).toEqual([])
    sandbox.advance(3600)
    await sandbox.delivered()
    expect(endpoint.received).toHaveLength(1)
  })

  test('can carry an old time or only the old scheme, and come right afterwards', async () => {
    for (const mode of ['stale', 'v0']) {
      const endpoint = await listenForWebhooks([400])
      const { sandbox, stripe } = await start({ webhookUrl: endpoint.url })
      await control(sandbox, 'PUT', 'delivery', { mode })
      await stripe.customers.create({})
      await eventually(() => endpoint.received.length === 1)
      expect(() => verify(endpoint.received[0]!)).toThrow(Stripe.errors.StripeSignatureVerificationError)
      await control(sandbox, 'PUT', 'delivery', { mode: 'normal' })
      sandbox.advance(1)
      await sandbox.delivered()
      expect(verify(endpoint.received[1]!).type).toBe('customer.created')
    }
  })

  test('keep the real time in their signature however far the clock was moved', async () => {
    const endpoint = await listenForWebhooks()
    const { sandbox, stripe } = await start({ webhookUrl: endpoint.url })
    sandbox.advance(40 * 24 * 3600)
    await stripe.customers.create({})
    await sandbox.delivered()
    expect(verify(endpoint.received[0]!).type).toBe('customer.created')
    const signedAt = Number(/t=(\d+)/.exec(endpoint.received[0]?.signature ?? '')?.[1])
    expect(Math.abs(signedAt - Date.now() / 1000)).toBeLessThan(60)
  })

  test('go to an endpoint that is set later', async () => {
    const endpoint = await listenForWebhooks()
    const { sandbox, stripe } = await start()
    await stripe.customers.create({})
    sandbox.setWebhook(endpoint.url)
    await stripe.customers.create({})
    await sandbox.delivered()
    expect(endpoint.received).toHaveLength(1)
  })
})

describe('the event list', () => {
  test('reaches back thirty days and no further', async () => {
    const { sandbox, stripe } = await start()
    await stripe.customers.create({})
    sandbox.advance(29 * 24 * 3600)
    expect((await stripe.events.list()).data).toHaveLength(1)
    sandbox.advance(2 * 24 * 3600)
    expect((await stripe.events.list()).data).toEqual([])
  })
})

describe('a control endpoint', () => {
  test('is closed to a form from a foreign page', async () => {
    const { sandbox } = await start()
    const answer = await fetch(`${sandbox.url}/_sandbox/clock/advance`, {
      method: 'POST',
      body: new URLSearchParams({ seconds: '9' }),
    })
    expect(answer.status).toBe(415)
  })

  test('says what is wrong with its body', async () => {
    const { sandbox } = await start()
    const answer = await control(sandbox, 'POST', 'clock/advance', { seconds: -1 })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('seconds')
  })
})
