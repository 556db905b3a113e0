import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { listUnhandled } from '#lib/webhooks/list-unhandled.ts'
import { SECRET, useWorld } from '#tests/lib/donations/world.ts'

const world = useWorld()
const seconds = () => Math.floor(Date.now() / 1_000)

function eventBody(fields: Record<string, unknown> = {}): string {
  const id = `evt_${Math.random().toString(36).slice(2)}`
  const data = { object: { id: 'prod_1', object: 'product', metadata: {} } }
  return JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: seconds(),
    livemode: false,
    type: 'product.created',
    data,
    ...fields,
  })
}

type SignOptions = { at?: number; secret?: string; scheme?: string }

function sign(body: string, { at = seconds(), secret = SECRET, scheme = 'v1' }: SignOptions = {}): string {
  return `t=${at},${scheme}=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}

async function send(body: string, signature?: string): Promise<number> {
  const headers = { 'content-type': 'application/json', ...(signature ? { 'stripe-signature': signature } : {}) }
  const answer = await fetch(world.webhookUrl, { method: 'POST', headers, body })
  await answer.text()
  return answer.status
}

/** Sends and expects a refusal that leaves no trace. */
async function expectRefused(body: string, signature?: string): Promise<void> {
  const before = await db().stripeEvent.count()
  expect(await send(body, signature)).toBe(400)
  expect(await db().stripeEvent.count()).toBe(before)
}

test('no signature: 400 and no row', () => expectRefused(eventBody()))

test('v0 only: 400 and no row', async () => {
  const body = eventBody()
  await expectRefused(body, sign(body, { scheme: 'v0' }))
})

test('wrong secret: 400 and no row', async () => {
  const body = eventBody()
  await expectRefused(body, sign(body, { secret: 'whsec_other' }))
})

test('one byte changed: 400 and no row', async () => {
  const body = eventBody()
  await expectRefused(body.replace('product.created', 'product.creatfd'), sign(body))
})

test('301 s old: 400 and no row', async () => {
  const body = eventBody()
  await expectRefused(body, sign(body, { at: seconds() - 301 }))
})

test('1 h in the future: 400 and no row', async () => {
  const body = eventBody()
  await expectRefused(body, sign(body, { at: seconds() + 3600 }))
})

test('a second time in the header cannot make an old signature young', async () => {
  const body = eventBody()
  await expectRefused(body, `${sign(body, { at: seconds() - 900 })},t=${seconds()}`)
})

test('an event of the live mode is refused by a test installation', async () => {
  const body = eventBody({ livemode: true })
  await expectRefused(body, sign(body))
})

test('a signed body that is no event is refused', async () => {
  for (const body of ['', '[]', 'null', '{"id":"evt_1"}', '{', eventBody({ id: "evt_1'; --" })]) {
    await expectRefused(body, sign(body))
  }
})

test('while a secret is rotated the new and the old one are both good', async () => {
  const before = process.env['STRIPE_WEBHOOK_SECRETS']
  process.env['STRIPE_WEBHOOK_SECRETS'] = `whsec_new,${SECRET}`
  const { resetEnv } = await import('#lib/env.ts')
  resetEnv()
  const [first, second] = [eventBody(), eventBody()]
  expect(await send(first, sign(first))).toBe(200)
  expect(await send(second, sign(second, { secret: 'whsec_new' }))).toBe(200)
  process.env['STRIPE_WEBHOOK_SECRETS'] = before
  resetEnv()
})

test('an event of a type we do not know is kept, answered 200 and flagged', async () => {
  const body = eventBody()
  expect(await send(body, sign(body))).toBe(200)
  const event = await db().stripeEvent.findUniqueOrThrow({ where: { id: JSON.parse(body).id } })
  expect(event).toMatchObject({ status: 'ignored', lastError: 'No handler for this type' })
  const treasurer = { kind: 'user', userId: newId(), name: 'Tom', isAdmin: false } as const
  const roles = [{ chapterId: newId(), role: 'treasurer' as const }]
  const [counted] = await listUnhandled({ ...treasurer, roles })
  expect(counted).toMatchObject({ type: event.type, count: expect.any(Number) })
  expect(await listUnhandled({ ...treasurer, roles: [] })).toEqual([])
  const restore = replaceClock(() => new Date(Date.now() + 31 * 86_400_000))
  expect(await listUnhandled({ ...treasurer, roles })).toEqual([])
  restore()
})

test('what an event says about a person is not kept', async () => {
  const object = { id: 'cus_1', object: 'customer', metadata: {}, email: 'ann@example.org', name: 'Ann' }
  const body = eventBody({ data: { object } })
  expect(await send(body, sign(body))).toBe(200)
  const event = await db().stripeEvent.findUniqueOrThrow({ where: { id: JSON.parse(body).id } })
  expect(JSON.stringify(event.payload)).not.toContain('Ann')
  expect(JSON.stringify(event.payload)).not.toContain('ann@')
})

test('10 MB: 413 and no row, with and without a length', async () => {
  const before = await db().stripeEvent.count()
  expect(await send(' '.repeat(10_000_000))).toBe(413)
  expect(await sendEndlessly()).toBe(413)
  expect(await db().stripeEvent.count()).toBe(before)
})

/** Sends 1.2 MB in chunks without a length, then waits with the body open: the answer must come before its end. */
function sendEndlessly(): Promise<number> {
  return new Promise((done, fail) => {
    const outgoing = request(world.webhookUrl, { method: 'POST', headers: { 'content-type': 'application/json' } })
    outgoing.once('response', (answer) => {
      done(answer.statusCode ?? 0)
      outgoing.destroy()
    })
    outgoing.once('error', fail)
    for (let chunk = 0; chunk < 12; chunk += 1) outgoing.write(' '.repeat(100_000))
  })
}
