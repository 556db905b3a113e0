import { createHmac, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { db, disconnectDb } from '#lib/db/client.ts'
import { newId, newToken } from '#lib/ids.ts'
import { plantCampaign } from '#tests/support/plant.ts'
import { SECRET, type Stage, startStage } from './donate-stage.ts'

type Event = { donationId: string; chargeId: string }
type Acknowledged = { latenciesMs: number[]; refused: number; seconds: number }

const RATE = 100

/**
 * `npm run bench -- donate [--gifts=2000] [--seconds=20]`: signed webhooks over HTTP until their gifts are posted, as fast as they go,
 * and the time to the acknowledgement while 100 arrive each second. Each event's gift is another; all go to one fund.
 */
export async function benchDonate(): Promise<void> {
  const gifts = flag('gifts', 2_000)
  const seconds = flag('seconds', 20)
  const stage = await startStage()
  try {
    await sendAll(stage, await plantGifts(stage, 200), 8)
    await posted(200)

    const burst = await plantGifts(stage, gifts)
    const startedAt = performance.now()
    const acknowledged = await sendAll(stage, burst, 32)
    await posted(200 + gifts)
    const postedSeconds = (performance.now() - startedAt) / 1_000

    const steady = await sendSteadily(stage, await plantGifts(stage, RATE * seconds))
    const lagStart = performance.now()
    await posted(200 + gifts + RATE * seconds)
    const lagSeconds = (performance.now() - lagStart) / 1_000
    report(stage, { gifts, acknowledged, postedSeconds, steady, lagSeconds })
  } finally {
    await disconnectDb()
    await stage.stop()
  }
}

/** Started donations here and their paid charges at Stripe, each paid so many seconds ago; a minute unless told. */
export async function plantGifts(
  { control }: Pick<Stage, 'control'>,
  count: number,
  secondsAgo: (n: number) => number = () => 60,
): Promise<Event[]> {
  const campaign = (await db().campaign.findFirst()) ?? (await plantPurse())
  const at = Math.floor(Date.now() / 1_000)
  const ids = Array.from({ length: count }, () => newId())
  const charges = ids.map((id, n) => ({
    ...{ amount: 1_000 + n, currency: 'usd', created: at - Math.floor(secondsAgo(n)) },
    metadata: { donation_id: id },
  }))
  const made = (await control('charges/bulk', charges)) as { charge: string }[]
  const donorId = (await db().donor.create({ data: { email: `${randomUUID()}@example.org` } })).id
  const rows = ids.map((id, n) => ({ id, pledgeId: newId(), minor: 1_000 + n, token: newToken() }))
  await db().pledge.createMany({
    data: rows.map(({ pledgeId, minor }) => ({
      id: pledgeId,
      campaignId: campaign.id,
      donorId,
      amountMinor: BigInt(minor),
      currency: 'USD',
    })),
  })
  await db().donation.createMany({
    data: rows.map(({ id, pledgeId, minor, token }) => ({
      ...{ id, pledgeId, campaignId: campaign.id, donorId, submissionKey: token, receiptToken: token },
      ...{ giftMinor: BigInt(minor), currency: 'USD' },
    })),
  })
  return ids.map((donationId, n) => ({ donationId, chargeId: made[n]?.charge ?? '' }))
}

async function plantPurse(): Promise<{ id: string }> {
  const chapter = await db().chapter.create({
    data: { slug: 'bench', name: 'Bench', legalName: 'Bench', city: 'Bench', country: 'US', currency: 'USD' },
  })
  return plantCampaign({ chapterId: chapter.id, slug: 'bench', title: 'Bench' })
}

async function sendAll({ webhookUrl }: Stage, events: Event[], atOnce: number): Promise<Acknowledged> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const waiting = [...events]
  const result: Acknowledged = { latenciesMs: [], refused: 0, seconds: 0 }
  const startedAt = performance.now()
  const sender = async () => {
    for (let event = waiting.pop(); event; event = waiting.pop()) await send(webhookUrl, agent, event, result)
  }
  await Promise.all(Array.from({ length: atOnce }, sender))
  agent.destroy()
  return { ...result, seconds: (performance.now() - startedAt) / 1_000 }
}

/** An open loop: each event leaves at its time whether or not the ones before were answered, so that waiting counts. */
async function sendSteadily({ webhookUrl }: Stage, events: Event[]): Promise<Acknowledged> {
  const agent = new Agent({ keepAlive: true })
  const result: Acknowledged = { latenciesMs: [], refused: 0, seconds: 0 }
  const startedAt = performance.now()
  const sent = events.map(async (event, n) => {
    const dueAt = startedAt + (n * 1_000) / RATE
    await sleep(Math.max(0, dueAt - performance.now()))
    await send(webhookUrl, agent, event, result, dueAt)
  })
  await Promise.all(sent)
  agent.destroy()
  return { ...result, seconds: (performance.now() - startedAt) / 1_000 }
}

function send(url: string, agent: Agent, event: Event, result: Acknowledged, dueAt = performance.now()): Promise<void> {
  const body = JSON.stringify({
    ...{
      id: `evt_${randomUUID().replaceAll('-', '')}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      livemode: false,
    },
    ...{ created: Math.floor(Date.now() / 1_000), type: 'charge.succeeded' },
    data: { object: { id: event.chargeId, object: 'charge', metadata: { donation_id: event.donationId } } },
  })
  const at = Math.floor(Date.now() / 1_000)
  const signature = `t=${at},v1=${createHmac('sha256', SECRET).update(`${at}.${body}`).digest('hex')}`
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'stripe-signature': signature,
  }
  return new Promise((done, fail) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => {
        if (answer.statusCode !== 200) result.refused += 1
        result.latenciesMs.push(performance.now() - dueAt)
        done()
      })
    })
    outgoing.once('error', fail)
    outgoing.end(body)
  })
}

async function posted(count: number): Promise<void> {
  for (let tries = 0; tries < 6_000; tries += 1) {
    const rows = await db().$queryRaw<{ count: bigint }[]>`SELECT count(*) FROM ledger.entries WHERE kind = 'gift'`
    if ((rows[0]?.count ?? 0n) >= BigInt(count)) return
    await sleep(50)
  }
  throw new Error(`Not all of ${count} gifts were posted within five minutes.`)
}

type Figures = {
  gifts: number
  acknowledged: Acknowledged
  postedSeconds: number
  steady: Acknowledged
  lagSeconds: number
}

function report(stage: Stage, { gifts, acknowledged, postedSeconds, steady, lagSeconds }: Figures): void {
  const where = stage.core === null ? 'not pinned' : `app and worker on core ${stage.core}`
  const at = (share: number) => quantile(steady.latenciesMs, share).toFixed(1)
  const lines: [string, string][] = [
    ['machine', `${cpus().length} x ${cpus()[0]?.model ?? '?'}; ${where}; fsync on`],
    [
      `${gifts} events, 32 at once: acknowledged`,
      `${Math.round(gifts / acknowledged.seconds)} a second, ${acknowledged.refused} refused`,
    ],
    ['… until posted in the ledger', `${Math.round(gifts / postedSeconds)} entries a second`],
    [
      `${RATE} a second, open loop: sent`,
      `${steady.latenciesMs.length} in ${steady.seconds.toFixed(1)} s, ${steady.refused} refused`,
    ],
    ['… acknowledged p50 / p99 / max', `${at(0.5)} / ${at(0.99)} / ${at(1)} ms (bar: p99 < 250 ms)`],
    ['… last one posted after', `${lagSeconds.toFixed(1)} s`],
  ]
  const width = Math.max(...lines.map(([label]) => label.length))
  for (const [label, value] of lines) process.stdout.write(`${label.padEnd(width)}  ${value}\n`)
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}

function flag(name: string, standard: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))
  return given === undefined ? standard : Number(given.split('=')[1])
}
