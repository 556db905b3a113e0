import { createHmac, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { db, disconnectDb } from '#lib/db/client.ts'
import { newId, newToken } from '#lib/ids.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { plantCampaign } from '#tests/support/plant.ts'
import { SECRET, type Stage, startStage } from './donate-stage.ts'
import { type Memory, watchMemory } from './watch-memory.ts'

type Message = { body: string; eventId: string }
type Burst = { latenciesMs: number[]; refused: number; seconds: number }

const SECOND_MS = 1_000
const PATIENCE_MS = 1_500_000
const CHUNK = 2_000

/**
 * `npm run bench -- webhooks [--events=20000] [--duplicates=10] [--at-once=32]`: one burst of signed events, a share of them
 * sent twice, all shuffled, over HTTP to the built app; then until the worker has applied every one. Two events in three
 * are about a charge that makes a gift, one says the same again (`charge.updated`). Proves that none is lost and none
 * doubled, against the sandbox's own account lines and the ledger's verification.
 */
export async function benchWebhooks(): Promise<void> {
  const total = flag('events', 20_000)
  const share = flag('duplicates', 10)
  const stage = await startStage()
  try {
    const unique = Math.round(total / (1 + share / 100))
    const { messages, gifts } = await plantEvents(stage, unique)
    const doubled = messages.slice(0, total - unique)
    const burst = shuffled([...messages, ...doubled])
    const memory = watchMemory(stage.programs)
    const startedAt = performance.now()
    const acknowledged = await sendAll(stage, burst, flag('at-once', 32))
    const appliedSeconds = await applied(unique, startedAt, memory.askHeaps)
    const used = memory.stop()
    const proof = await prove(stage, gifts, unique)
    report(stage, { total: burst.length, unique, gifts, acknowledged, appliedSeconds, used, proof })
    if (proof.problems.length > 0) process.exitCode = 1
  } finally {
    await disconnectDb()
    await stage.stop()
  }
}

/** Started donations here, their paid charges at Stripe, and the events that say so: some of one charge, some of two. */
async function plantEvents({ control }: Stage, unique: number): Promise<{ messages: Message[]; gifts: number }> {
  const gifts = Math.ceil((unique * 2) / 3)
  const charges: { donationId: string; chargeId: string }[] = []
  for (let from = 0; from < gifts; from += CHUNK)
    charges.push(...(await plantGifts(control, from, Math.min(CHUNK, gifts - from))))
  const messages = charges.map((charge) => messageOf('charge.succeeded', charge))
  for (const charge of charges.slice(0, unique - gifts)) messages.push(messageOf('charge.updated', charge))
  return { messages, gifts }
}

async function plantGifts(control: Stage['control'], from: number, count: number) {
  const campaign = (await db().campaign.findFirst()) ?? (await plantPurse())
  const created = Math.floor(Date.now() / SECOND_MS) - 60
  const rows = Array.from({ length: count }, (_, n) => ({
    id: newId(),
    pledgeId: newId(),
    minor: 1_000 + ((from + n) % 9_000),
    token: newToken(),
  }))
  const asked = rows.map(({ id, minor }) => ({
    amount: minor,
    currency: 'usd',
    created,
    metadata: { donation_id: id },
  }))
  const made = (await control('charges/bulk', asked)) as { charge: string }[]
  const donorId = (await db().donor.create({ data: { email: `${randomUUID()}@example.org` } })).id
  const shared = { campaignId: campaign.id, donorId, currency: 'USD' }
  await db().pledge.createMany({
    data: rows.map(({ pledgeId, minor }) => ({ ...shared, id: pledgeId, amountMinor: BigInt(minor) })),
  })
  await db().donation.createMany({
    data: rows.map(({ id, pledgeId, minor, token }) => ({
      ...{ ...shared, id, pledgeId, submissionKey: token, receiptToken: token, giftMinor: BigInt(minor) },
    })),
  })
  return rows.map(({ id }, n) => ({ donationId: id, chargeId: made[n]?.charge ?? '' }))
}

async function plantPurse(): Promise<{ id: string }> {
  const chapter = await db().chapter.create({
    data: { slug: 'bench', name: 'Bench', legalName: 'Bench', city: 'Bench', country: 'US', currency: 'USD' },
  })
  return plantCampaign({ chapterId: chapter.id, slug: 'bench', title: 'Bench' })
}

function messageOf(type: string, about: { donationId: string; chargeId: string }): Message {
  const eventId = `evt_${randomUUID().replaceAll('-', '')}`
  const object = { id: about.chargeId, object: 'charge', metadata: { donation_id: about.donationId } }
  const head = { id: eventId, object: 'event', api_version: '2026-10-28.endive', livemode: false }
  return {
    eventId,
    body: JSON.stringify({ ...head, created: Math.floor(Date.now() / SECOND_MS), type, data: { object } }),
  }
}

/** The same shuffle each time. */
function shuffled<T>(items: T[]): T[] {
  let seed = 0x9e3779b9
  for (let i = items.length - 1; i > 0; i -= 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const j = seed % (i + 1)
    const held = items[i] as T
    items[i] = items[j] as T
    items[j] = held
  }
  return items
}

async function sendAll({ webhookUrl }: Stage, messages: Message[], atOnce: number): Promise<Burst> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const waiting = [...messages]
  const burst: Burst = { latenciesMs: [], refused: 0, seconds: 0 }
  const startedAt = performance.now()
  const sender = async () => {
    for (let message = waiting.pop(); message; message = waiting.pop()) await send(webhookUrl, agent, message, burst)
  }
  await Promise.all(Array.from({ length: atOnce }, sender))
  agent.destroy()
  return { ...burst, seconds: (performance.now() - startedAt) / SECOND_MS }
}

/** As Stripe does, an event that was not taken is sent again. */
async function send(url: string, agent: Agent, message: Message, burst: Burst): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const status = await post(url, agent, message.body, burst).catch(() => 0)
    if (status === 200) return
    burst.refused += 1
    await sleep(200 * (attempt + 1))
  }
  throw new Error('An event was not taken in ten tries.')
}

function post(url: string, agent: Agent, body: string, burst: Burst): Promise<number> {
  const at = Math.floor(Date.now() / SECOND_MS)
  const signature = `t=${at},v1=${createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex')}`
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'stripe-signature': signature,
  }
  const startedAt = performance.now()
  return new Promise((done, fail) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => {
        burst.latenciesMs.push(performance.now() - startedAt)
        done(answer.statusCode ?? 0)
      })
    })
    outgoing.once('error', fail)
    outgoing.end(body)
  })
}

/** Seconds from the first event sent until none is pending; after a quarter of them and at the end `look` is called. */
async function applied(unique: number, startedAt: number, look: () => Promise<void>): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS
  let isWarm = false
  while (Date.now() < deadline) {
    const [row] = await db().$queryRaw<
      { done: bigint }[]
    >`SELECT count(*) AS done FROM stripe_event WHERE status <> 'pending'`
    const seconds = (performance.now() - startedAt) / SECOND_MS
    const done = Number(row?.done ?? 0n)
    if (done >= unique / 4 && !isWarm) {
      isWarm = true
      await look()
    }
    if (done >= unique) {
      await look()
      return seconds
    }
    await sleep(250)
  }
  throw new Error('Not every event was applied in time.')
}

type Proof = { problems: string[]; gifts: number; events: number }

/** None lost, none doubled: events by id, gifts one to one with charges, cents against Stripe's own lines. */
async function prove({ control }: Stage, gifts: number, unique: number): Promise<Proof> {
  const [counted] = await db().$queryRaw<Record<'events' | 'applied' | 'settled' | 'entries' | 'minor', bigint>[]>`
    SELECT (SELECT count(*) FROM stripe_event) AS events, (SELECT count(*) FROM stripe_event WHERE status = 'applied') AS applied,
      (SELECT count(*) FROM donation WHERE status = 'settled') AS settled, (SELECT count(*) FROM ledger.entries WHERE kind = 'gift') AS entries,
      (SELECT coalesce(sum(balance_minor), 0)::bigint FROM ledger.balances WHERE role IN ('stripe_pending', 'stripe_available')) AS minor`
  const lines = (await control('balance_transactions.json', null)) as { net: number }[]
  const net = lines.reduce((sum, line) => sum + BigInt(line.net), 0n)
  const violations = await verifyLedger(db())
  const problems = [
    counted?.events === BigInt(unique) ? '' : `${counted?.events} events kept, not ${unique}`,
    counted?.applied === BigInt(unique) ? '' : `${counted?.applied} events applied, not ${unique}`,
    counted?.settled === BigInt(gifts) ? '' : `${counted?.settled} gifts settled, not ${gifts}`,
    counted?.entries === BigInt(gifts) ? '' : `${counted?.entries} gifts posted, not ${gifts}`,
    counted?.minor === net ? '' : `the ledger has ${counted?.minor} at Stripe, Stripe ${net}`,
    violations.length === 0 ? '' : `${violations.length} violations of the ledger`,
  ].filter((problem) => problem !== '')
  return { problems, gifts: Number(counted?.entries ?? 0n), events: Number(counted?.events ?? 0n) }
}

type Figures = {
  total: number
  unique: number
  gifts: number
  acknowledged: Burst
  appliedSeconds: number
  used: Memory[]
  proof: Proof
}

function report(stage: Stage, figures: Figures): void {
  const { total, unique, gifts, acknowledged, appliedSeconds, used, proof } = figures
  const at = (rank: number) => quantile(acknowledged.latenciesMs, rank).toFixed(1)
  const lines: [string, string][] = [
    [
      'machine',
      `${cpus().length} x ${cpus()[0]?.model ?? '?'}; app and worker on ${stage.core === null ? 'any core' : `core ${stage.core}`}; fsync on`,
    ],
    ['burst', `${total} signed events, ${total - unique} of them sent twice, shuffled; ${gifts} charges`],
    [
      'acknowledged',
      `${Math.round(total / acknowledged.seconds)} a second, ${acknowledged.refused} refused and sent again`,
    ],
    ['… p50 / p99 / max', `${at(0.5)} / ${at(0.99)} / ${at(1)} ms`],
    [
      'applied',
      `${Math.round(unique / appliedSeconds)} events a second, the last after ${appliedSeconds.toFixed(0)} s`,
    ],
    ...used.flatMap(({ name, beforeMb, peakMb, afterMb, heapsMb }): [string, string][] => [
      [
        `memory of the ${name}`,
        `${beforeMb} MB after a quarter of the time, peak ${peakMb} MB, ${afterMb} MB at the end`,
      ],
      ['… of it in use', `${heapsMb.join(' MB after a quarter of the events, ')} MB at the end, garbage collected`],
    ]),
    [
      'lost or doubled',
      proof.problems.length === 0
        ? `none: ${proof.events} events, ${proof.gifts} gifts, equal to Stripe to the cent`
        : proof.problems.join('; '),
    ],
  ]
  const width = Math.max(...lines.map(([label]) => label.length))
  for (const [label, value] of lines) process.stdout.write(`${label.padEnd(width)}  ${value}\n`)
}

function quantile(values: number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * rank) - 1)] ?? 0
}

function flag(name: string, standard: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))
  return given === undefined ? standard : Number(given.split('=')[1])
}
