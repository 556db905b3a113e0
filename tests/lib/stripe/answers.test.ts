import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { resetEnv } from '#lib/env.ts'
import { fetchChargeWithBalance } from '#lib/stripe/charge.ts'
import { fetchCheckoutSession } from '#lib/stripe/checkout-session.ts'
import { listEvents, readEvent } from '#lib/stripe/events.ts'
import { fetchPayout } from '#lib/stripe/payout.ts'

process.env['DATABASE_URL'] ??= 'postgresql://nobody@127.0.0.1/none'
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** A Stripe that answers everything in one way. */
async function answering(handle: RequestListener): Promise<void> {
  const server = createServer(handle)
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  process.env['STRIPE_API_BASE'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  resetEnv()
}

const answeringJson = (status: number, body: unknown) =>
  answering((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'stripe-should-retry': 'false' })
    response.end(JSON.stringify(body))
  })

const charge = (fields: object) => ({
  ...{
    id: 'ch_1',
    object: 'charge',
    amount: 1000,
    currency: 'usd',
    paid: true,
    status: 'succeeded',
    payment_intent: null,
  },
  ...{ metadata: {}, failure_code: null, created: 1, balance_transaction: null, ...fields },
})

test.each([
  [404, { detail: 'not here' }],
  [502, { message: 'bad gateway' }],
  [200, {}],
  [200, { id: 'ch_1', object: 'refund' }],
  [200, { object: 'charge' }],
])('an answer %i %j that is not the object asked for is a failure', async (status, body) => {
  await answeringJson(status, body)
  await expect(fetchChargeWithBalance('ch_1')).rejects.toMatchObject({ code: 'payment_provider' })
})

test('what Stripe does not know is null, and no failure', async () => {
  await answeringJson(404, {
    error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such thing' },
  })
  expect(await fetchChargeWithBalance('ch_1')).toBeNull()
  expect(await fetchCheckoutSession('cs_1')).toBeNull()
  expect(await fetchPayout('po_1')).toBeNull()
})

test('a list that is none is a failure and not an empty list', async () => {
  await answeringJson(200, { id: 'evt_1', object: 'event' })
  await expect(listEvents({ from: new Date(0), to: null }, { callsLeft: 5 }, 5)).rejects.toMatchObject({
    code: 'payment_provider',
  })
})

test('an account line that does not add up is a failure', async () => {
  const line = { id: 'txn_1', object: 'balance_transaction', amount: 1000, fee: 59, net: 940, currency: 'usd' }
  const rest = { created: 1, available_on: 2, reporting_category: 'charge', source: 'ch_1' }
  await answeringJson(200, charge({ balance_transaction: { ...line, ...rest } }))
  await expect(fetchChargeWithBalance('ch_1')).rejects.toMatchObject({ code: 'payment_provider' })
})

test.each([
  ['usd', 1000, 1000n],
  ['jpy', 1000, 1000n],
  ['isk', 100_000, 1000n],
  ['ugx', 50_000, 500n],
  ['kwd', 12_340, 12_340n],
])('amounts in %s come as our own minor units', async (currency, amount, minor) => {
  await answeringJson(200, charge({ currency, amount }))
  expect(await fetchChargeWithBalance('ch_1')).toMatchObject({ currency: currency.toUpperCase(), amountMinor: minor })
})

test('every call names the pinned version', async () => {
  let version: string | string[] | undefined
  await answering((request, response) => {
    version = request.headers['stripe-version']
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(charge({})))
  })
  await fetchChargeWithBalance('ch_1')
  expect(version).toBe('2026-10-28.endive')
})

test('an id of an event that could be anything else is no event', () => {
  const event = {
    id: 'evt_1',
    object: 'event',
    type: 'charge.succeeded',
    created: 1,
    livemode: false,
    data: { object: { object: 'charge' } },
  }
  expect(readEvent(event)).toMatchObject({ objectId: '', donationId: null })
  expect(readEvent({ ...event, id: 'evt_1/../x' })).toBeNull()
  expect(readEvent({ ...event, data: { object: { object: 'charge', metadata: { a: 1 } } } })).toBeNull()
})
