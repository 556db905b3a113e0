import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { stripe } from '#lib/stripe/client.ts'
import { listEvents } from '#lib/stripe/events.ts'
import type { StripeEventNotice } from '#lib/stripe/types.ts'
import { applyEvent } from '#lib/webhooks/apply-event.ts'
import { receiveEvent } from '#lib/webhooks/receive-event.ts'
import { begin, makeCampaign, payAt, useWorld } from '#tests/lib/donations/world.ts'
import { copyDatabase, type DatabaseCopy, pointAt } from '#tests/support/copy-database.ts'
import { stateHash, stateText } from '#tests/support/state-hash.ts'

const world = useWorld({ availableDelaySeconds: 48 * 3_600 })
const HOUR = 3_600
const GROUPS = ['paid', 'refunded', 'disputed', 'paid out'] as const
type Group = (typeof GROUPS)[number]

let offsetSeconds = 0
const restoreClock = replaceClock(() => new Date(Date.now() + offsetSeconds * 1_000))
afterAll(restoreClock)

function pass(seconds: number): void {
  world.sandbox.advance(seconds)
  offsetSeconds += seconds
}

function groupOf(notice: StripeEventNotice): Group {
  if (notice.type.startsWith('payout.')) return 'paid out'
  if (notice.type.startsWith('charge.dispute.')) return 'disputed'
  return /refund/.test(notice.type) ? 'refunded' : 'paid'
}

/** As the webhook and the worker do it; what has to wait stays pending. */
async function deliver(notices: readonly StripeEventNotice[]): Promise<void> {
  for (const notice of notices) {
    await receiveEvent(notice)
    await applyEvent({ eventId: notice.id }).catch(() => undefined)
  }
}

/** What the queue does in the end: everything that waits is tried again. */
async function comeToRest(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    const pending = await db().stripeEvent.findMany({ where: { status: 'pending' }, select: { id: true } })
    for (const { id } of pending) await applyEvent({ eventId: id }).catch(() => undefined)
  }
  await postDueAvailable()
  await foldBusyFunds(db())
}

async function stateOf(adminUrl: string): Promise<{ text: string; hash: string }> {
  expect(await db().stripeEvent.findMany({ where: { status: { in: ['pending', 'quarantined'] } } })).toEqual([])
  expect(await verifyLedger(db())).toEqual([])
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    return { text: await stateText(client), hash: await stateHash(client) }
  } finally {
    await client.end()
  }
}

function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item) => orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]))
}

type Story = { base: DatabaseCopy; truth: { text: string; hash: string }; events: StripeEventNotice[] }

/** One gift with a tip, half refunded, disputed, paid out before and after; told live, event by event, to the first database. */
async function liveThrough(): Promise<Story> {
  await world.control('PUT', 'delivery', { mode: 'drop' })
  const { campaign, chapter } = await makeCampaign()
  // Somebody else's tip: the reserve that bears the lost fee.
  const other = await makeCampaign({ chapterId: chapter.id })
  await payAt((await begin(other.campaign.slug, { amount: '400.00', tip: '15' })).checkoutUrl)
  await deliver((await listEvents({ from: new Date(0), to: null }, { callsLeft: 100 }, 100)) ?? [])
  const started = await begin(campaign.slug, { amount: '25.00', tip: '10', coverFee: true })
  const later = await begin(other.campaign.slug, { amount: '80.00' })
  const base = await copyDatabase(world.database)
  await pointAt(world.database.adminUrl)
  const seen = new Set((await db().stripeEvent.findMany({ select: { id: true } })).map((event) => event.id))
  const events: StripeEventNotice[] = []
  const tell = async () => {
    const all = (await listEvents({ from: new Date(0), to: null }, { callsLeft: 100 }, 100)) ?? []
    const fresh = all.filter((notice) => !seen.has(notice.id)).reverse()
    for (const notice of fresh) seen.add(notice.id)
    events.push(...fresh)
    await deliver(fresh)
    await comeToRest()
  }
  await payAt(started.checkoutUrl)
  await tell()
  const { chargeId: charge } = await db().donation.findUniqueOrThrow({ where: { id: started.donationId } })
  await stripe().refunds.create({ charge: charge ?? '', amount: 1000 })
  await tell()
  pass(20 * HOUR)
  await payAt(later.checkoutUrl)
  await tell()
  pass(30 * HOUR)
  await comeToRest()
  await world.control('POST', 'payouts/run')
  pass(HOUR)
  await tell()
  await world.control('POST', 'disputes', { charge, amount: 1200 })
  await tell()
  // In the same second at Stripe, and told one by one.
  await stripe().refunds.create({ charge: charge ?? '', amount: 300 })
  await tell()
  pass(30 * HOUR)
  await world.control('POST', 'payouts/run')
  pass(HOUR)
  await tell()
  return { base, truth: await stateOf(world.database.adminUrl), events }
}

test('all 24 orders of paid, refunded, disputed and paid out come to the state they came to live, also with duplicates', async () => {
  const { base, truth, events } = await liveThrough()
  const by = Map.groupBy(events, groupOf)
  expect([...by.keys()].sort()).toEqual([...GROUPS].sort())

  const hashes = new Set([truth.hash])
  for (const [index, order] of orders(GROUPS).entries()) {
    const copy = await copyDatabase(base)
    const told = order.flatMap((group) => by.get(group) ?? [])
    const twice = order.flatMap((group) => [...(by.get(group) ?? [])].reverse())
    await deliver(index % 2 === 0 ? told : [...twice, ...told])
    await deliver([...twice, ...told])
    await comeToRest()
    const { text, hash } = await stateOf(copy.adminUrl)
    expect(text, order.join(', ')).toBe(truth.text)
    hashes.add(hash)
    await copy.drop()
  }
  expect(hashes.size).toBe(1)
  await base.drop()
}, 600_000)
