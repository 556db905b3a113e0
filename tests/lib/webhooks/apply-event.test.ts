import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { applyEvent } from '#lib/webhooks/apply-event.ts'
import { begin, makeCampaign, payAt, runJobs, SECRET, settleAll, useWorld } from '#tests/lib/donations/world.ts'

const world = useWorld()

async function paidGift() {
  const { campaign, fundId } = await makeCampaign()
  const started = await begin(campaign.slug)
  await payAt(started.checkoutUrl)
  await world.sandbox.delivered()
  return { ...started, fundId }
}

function entriesOf(donationId: string) {
  return db().$queryRaw<unknown[]>`
    SELECT e.id FROM ledger.entries e JOIN donation d ON e.source_id = d.balance_transaction_id WHERE d.id = ${donationId}::uuid`
}

async function sendSigned(event: object): Promise<number> {
  const body = JSON.stringify(event)
  const at = Math.floor(Date.now() / 1_000)
  const signature = `t=${at},v1=${createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex')}`
  const answer = await fetch(world.webhookUrl, { method: 'POST', headers: { 'stripe-signature': signature }, body })
  return answer.status
}

function notice(type: string, object: object): object {
  const id = `evt_${Math.random().toString(36).slice(2)}`
  return { id, object: 'event', api_version: null, created: 1, livemode: false, type, data: { object } }
}

test('same event 50 times at once: one effect', async () => {
  const { donationId } = await paidGift()
  const event = await db().stripeEvent.findFirstOrThrow({ where: { type: 'charge.succeeded', status: 'pending' } })
  const charge = { id: event.objectId, object: 'charge', metadata: {} }
  const repeated = { ...notice('charge.succeeded', charge), id: event.id }
  const answers = await Promise.all(Array.from({ length: 50 }, () => sendSigned(repeated)))
  expect(new Set(answers)).toEqual(new Set([200]))
  await runJobs(world)
  expect(await entriesOf(donationId)).toHaveLength(1)
  expect(await db().stripeEvent.count({ where: { id: event.id } })).toBe(1)
})

test('two events for one charge: one posting, also when both are applied at once', async () => {
  const { donationId } = await paidGift()
  const events = await db().stripeEvent.findMany({ where: { status: 'pending' } })
  expect(events.length).toBeGreaterThan(1)
  await Promise.all(events.flatMap(({ id }) => [applyEvent({ eventId: id }), applyEvent({ eventId: id })]))
  expect(await entriesOf(donationId)).toHaveLength(1)
  expect(await db().stripeEvent.count({ where: { status: 'pending' } })).toBe(0)
})

test('a signed event about something Stripe does not know is quarantined', async () => {
  const types = {
    'charge.succeeded': 'charge',
    'checkout.session.completed': 'checkout.session',
    'payout.paid': 'payout',
  }
  const before = await db().donation.count({ where: { status: 'settled' } })
  for (const [type, object] of Object.entries(types)) {
    expect(await sendSigned(notice(type, { id: `${object.slice(0, 2)}_nobody`, object, metadata: {} }))).toBe(200)
  }
  await runJobs(world)
  const kept = await db().stripeEvent.findMany({ where: { objectId: { endsWith: '_nobody' } } })
  expect(kept.map((event) => event.status)).toEqual(['quarantined', 'quarantined', 'quarantined'])
  expect(await db().donation.count({ where: { status: 'settled' } })).toBe(before)
})

test('an event that names another gift than Stripe does is quarantined and credits nobody', async () => {
  const paid = await paidGift()
  const other = await begin((await makeCampaign()).campaign.slug)
  const { objectId } = await db().stripeEvent.findFirstOrThrow({
    where: { type: 'charge.succeeded', status: 'pending' },
  })
  const forged = notice('charge.succeeded', {
    id: objectId,
    object: 'charge',
    metadata: { donation_id: other.donationId },
  })
  await sendSigned(forged)
  await runJobs(world)
  expect(await db().stripeEvent.findUniqueOrThrow({ where: { id: (forged as { id: string }).id } })).toMatchObject({
    status: 'quarantined',
  })
  expect(await db().donation.findUniqueOrThrow({ where: { id: other.donationId } })).toMatchObject({
    status: 'started',
  })
  expect(await entriesOf(paid.donationId)).toHaveLength(1)
})

test('an event whose handling crashed stays pending and is done once when it is tried again', async () => {
  const { donationId } = await paidGift()
  const { id: eventId } = await db().stripeEvent.findFirstOrThrow({
    where: { type: 'charge.succeeded', status: 'pending' },
  })
  await world.control('PUT', 'faults', { rules: [{ path: '/v1/charges', kind: '500', times: 50 }] })
  await expect(applyEvent({ eventId })).rejects.toThrow()
  expect(await db().stripeEvent.findUniqueOrThrow({ where: { id: eventId } })).toMatchObject({
    status: 'pending',
    attempts: 1,
  })
  await world.control('PUT', 'faults', { rules: [] })
  await applyEvent({ eventId })
  await applyEvent({ eventId })
  await runJobs(world)
  expect(await entriesOf(donationId)).toHaveLength(1)
})

test('a declined card leaves the gift open for another one', async () => {
  const { campaign } = await makeCampaign()
  const { donationId, checkoutUrl } = await begin(campaign.slug)
  expect((await payAt(checkoutUrl, '4000000000000002')).status).toBe(402)
  await settleAll(world)
  const declined = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  expect(declined).toMatchObject({ status: 'started', failureReason: 'payment_failed' })
  await payAt(checkoutUrl)
  await settleAll(world)
  const paid = await db().donation.findUniqueOrThrow({ where: { id: donationId } })
  expect(paid).toMatchObject({ status: 'settled', failureReason: null })
})
