import Stripe from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { chargeWith, command, DAY } from './money-support.ts'
import { closeAll, listenForWebhooks, type Running, start } from './support.ts'

afterEach(closeAll)

async function listening(answers: number[] = []) {
  const endpoint = await listenForWebhooks(answers)
  const running = await start({ webhookUrl: endpoint.url })
  return { running, received: endpoint.received, types: () => endpoint.received.map((one) => one.event.type) }
}

function deliver(running: Running, body: object): Promise<object> {
  return command(running, 'delivery', body, 'PUT')
}

const isGenuine = (one: { payload: string; signature: string }) => {
  try {
    Stripe.webhooks.constructEvent(one.payload, one.signature, 'whsec_sandbox')
    return true
  } catch {
    return false
  }
}

describe('a delivery rule', () => {
  test('for one type leaves the others alone', async () => {
    const { running, types } = await listening()
    await deliver(running, { mode: 'drop', types: ['charge.*'] })
    await chargeWith(running)
    await running.sandbox.delivered()
    expect(types()).toEqual(['payment_intent.created', 'payment_intent.succeeded'])
    const lost = await running.stripe.events.list({ delivery_success: false })
    expect(lost.data.map((event) => event.type)).toEqual(['charge.updated', 'charge.succeeded'])
  })

  test('for the next two events is then gone', async () => {
    const { running, types } = await listening()
    await deliver(running, { mode: 'duplicate', types: ['customer.created'], times: 2 })
    for (let n = 0; n < 3; n += 1) await running.stripe.customers.create({})
    await running.sandbox.delivered()
    expect(types()).toHaveLength(5)
  })

  test('that delays does not hold up what comes after', async () => {
    const { running, types } = await listening()
    await deliver(running, { mode: 'delay', types: ['customer.created'], delayMs: 2 * DAY * 1000 })
    for (let n = 0; n < 20; n += 1) await running.stripe.customers.create({})
    await chargeWith(running)
    await expect.poll(() => types().length).toBe(4)
    expect(types()).not.toContain('customer.created')
    running.sandbox.advance(2 * DAY)
    await running.sandbox.delivered()
    expect(types().filter((type) => type === 'customer.created')).toHaveLength(20)
  })

  test('that reorders turns the events of one type around', async () => {
    const { running, received } = await listening()
    await deliver(running, { mode: 'reorder', types: ['customer.created'], delayMs: 60_000 })
    const made: string[] = []
    for (let n = 0; n < 5; n += 1) made.push((await running.stripe.customers.create({})).id)
    running.sandbox.advance(60)
    await running.sandbox.delivered()
    const seen = received.map((one) => (one.event.data.object as Stripe.Customer).id)
    expect(seen).toEqual(made.toReversed())
  })

  test.each(['stale', 'v0'])('that signs %s is right the second time', async (mode) => {
    const { running, received } = await listening([400])
    await deliver(running, { rules: [{ mode, times: 1 }] })
    await running.stripe.customers.create({})
    await expect.poll(() => received.length).toBe(1)
    running.sandbox.advance(1)
    await running.sandbox.delivered()
    expect(received.map(isGenuine)).toEqual([false, true])
  })

  test('goes before the mode for all', async () => {
    const { running, types } = await listening()
    await deliver(running, { mode: 'drop' })
    await deliver(running, { rules: [{ mode: 'normal', types: ['payment_intent.succeeded'] }] })
    await chargeWith(running)
    await running.sandbox.delivered()
    expect(types()).toEqual(['payment_intent.succeeded'])
  })
})

test('thousands of dropped events are dropped at once', async () => {
  const { running, received } = await listening()
  await deliver(running, { mode: 'drop' })
  await Promise.all(Array.from({ length: 60 }, () => running.stripe.customers.create({})))
  await running.sandbox.delivered()
  expect(received).toEqual([])
})

test('an event is sent again when asked, also a month later', async () => {
  const { running, received } = await listening()
  await running.stripe.customers.create({})
  await running.sandbox.delivered()
  running.sandbox.advance(31 * DAY)
  await command(running, `deliveries/${received[0]?.event.id}/resend`)
  await running.sandbox.delivered()
  expect(received[1]?.event.id).toBe(received[0]?.event.id)
  expect(received.map(isGenuine)).toEqual([true, true])
})

describe('the event list', () => {
  test('is gone through by cursor, of several types, without gap or repeat', async () => {
    const running = await start()
    for (let n = 0; n < 12; n += 1) await chargeWith(running)
    const seen: Stripe.Event[] = []
    const types = ['charge.succeeded', 'charge.updated']
    for await (const event of running.stripe.events.list({ types, limit: 5 })) seen.push(event)
    expect(new Set(seen.map((event) => event.id)).size).toBe(24)
    const after = await running.stripe.events.list({ types, limit: 100, ending_before: seen[10]?.id ?? '' })
    expect(after.data.map((event) => event.id)).toEqual(seen.slice(0, 10).map((event) => event.id))
  })
})

describe('a fault', () => {
  test('429 says when to come back', async () => {
    const running = await start()
    await command(running, 'faults', { rules: [{ method: 'POST', path: '/v1/refunds', kind: '429', times: 1 }] }, 'PUT')
    const headers = { Authorization: 'Bearer sk_test_sandbox' }
    const limited = await fetch(`${running.sandbox.url}/v1/refunds`, { method: 'POST', headers })
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '1'])
  })

  test('after the commit leaves one refund, found again under its key', async () => {
    const running = await start()
    const charge = await chargeWith(running)
    // The SDK tries a connection that was closed under it once more by itself.
    const rules = [{ method: 'POST', path: '/v1/refunds', kind: 'reset_after_commit', times: 2 }]
    await command(running, 'faults', { rules }, 'PUT')
    const ask = () => running.stripe.refunds.create({ charge: charge.id, amount: 5 }, { idempotencyKey: 'refund-1' })
    await expect(ask()).rejects.toBeInstanceOf(Stripe.errors.StripeConnectionError)
    const again = await ask()
    expect((await running.stripe.refunds.list({ charge: charge.id })).data.map((one) => one.id)).toEqual([again.id])
  })
})
