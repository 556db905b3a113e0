import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { replaceClock } from '#lib/clock.ts'
import { resetEnv } from '#lib/env.ts'
import { type RunningSandbox, startSandbox } from '#sandbox/server.ts'
import { breakDatabase } from './break-database.ts'
import { breakStripe } from './break-stripe.ts'
import { type Campaign, type Cast, makeCast } from './cast.ts'
import { hurrySleep } from './hurry-sleep.ts'
import { ENDPOINT, Postman, SECRET } from './postman.ts'
import { prepareDatabase } from './prepare-database.ts'
import { Queue } from './queue.ts'
import { type Random, randomOf } from './random.ts'

/** Every story begins here. It lies behind us, because the database takes nothing that is ahead of its own clock. */
const STARTS_AT = new Date('2026-01-05T10:00:00Z')

/** A payment page that a donor was shown. */
export type Checkout = {
  donationId: string
  url: string
  campaignSlug: string
  form: Record<string, unknown>
  isPaid: boolean
}

/** A monthly pledge whose first payment page a donor was shown. */
export type Pledge = { pledgeId: string; token: string; url: string; form: Record<string, unknown> }

/** One story's whole surroundings: the real database and the sandbox, and what its people remember. */
export type World = {
  admin: pg.Client
  cast: Cast
  sandbox: RunningSandbox
  postman: Postman
  queue: Queue
  /** Whether the server says that a connection waits for a lock; asked while acts run. */
  waitsForLock: (pid: number) => Promise<boolean>
  /** The process of this simulator began; whatever the queue dates later is due at once. */
  startedAt: Date
  /** The campaign that most of this story is about: where much meets in one fund. */
  favourite: Campaign
  checkouts: Checkout[]
  pledges: Pledge[]
  now: () => Date
  advance: (seconds: number) => Promise<void>
  control: (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<unknown>
  /** Stripe's own API, as the dashboard would use it. */
  dashboard: (method: 'GET' | 'POST', path: string, form?: Record<string, string>) => Promise<Answer>
  close: () => Promise<void>
}

export type Answer = { status: number; body: Record<string, unknown> }

export type Simulator = { openWorld: (seed: number) => Promise<World>; admin: pg.Client; close: () => Promise<void> }

/** Everything that is made once and serves every story. */
export async function openSimulator(postgresAdminUrl: string): Promise<Simulator> {
  const dataDir = mkdtempSync(join(tmpdir(), 'common-purse-simulation-'))
  Object.assign(process.env, {
    ...{ APP_URL: 'http://purse.simulation', STRIPE_SECRET_KEY: 'sk_test_sandbox', STRIPE_WEBHOOK_SECRETS: SECRET },
    ...{ AUTH_SECRET: 'a-secret-of-the-simulation-that-is-long-enough', LOG_LEVEL: 'silent', DATA_DIR: dataDir },
  })
  const startedAt = new Date()
  const database = await prepareDatabase(postgresAdminUrl)
  const { admin } = database
  const lookout = new pg.Pool({ connectionString: database.adminUrl, max: 2 })
  const cast = await makeCast(admin, STARTS_AT)
  await database.keepStage()
  const realNow = Date.now
  Date.now = () => STARTS_AT.getTime()
  const undo = [breakDatabase(), hurrySleep(), () => rmSync(dataDir, { recursive: true, force: true })]
  return {
    admin,
    openWorld: async (seed) => {
      await database.resetStage()
      return openWorld({ admin, lookout, cast, startedAt, seed })
    },
    close: async () => {
      Date.now = realNow
      for (const back of undo) back()
      await lookout.end()
      await database.drop()
    },
  }
}

type Stage = { admin: pg.Client; lookout: pg.Pool; cast: Cast; startedAt: Date; seed: number }

async function openWorld({ admin, lookout, cast, startedAt, seed }: Stage): Promise<World> {
  const dice = randomOf(seed)
  const postman = new Postman()
  const stepAside = postman.stand()
  const sandbox = await startSandbox({
    ...{ seed: String(seed), webhookUrl: ENDPOINT, webhookSecrets: [SECRET] },
    ...{ availableDelaySeconds: 2 * 86_400, payoutArrivalSeconds: 86_400 },
    balanceTransactionDelaySeconds: dice.chance(0.3) ? 3_600 : 0,
  })
  process.env['STRIPE_API_BASE'] = sandbox.url
  resetEnv()
  const control = (method: string, path: string, body?: unknown) => ask(`${sandbox.url}/_sandbox/${path}`, method, body)
  breakStripe(async (kind, times) => void (await control('PUT', 'faults', { rules: [{ kind, times }] })))

  let passedMs = 0
  const now = () => new Date(STARTS_AT.getTime() + passedMs)
  const restoreClock = replaceClock(now)
  const tell = () => admin.query('UPDATE simulation.clock SET at = $1', [now()])
  await tell()
  return {
    ...{
      admin,
      cast,
      sandbox,
      postman,
      queue: new Queue(admin),
      startedAt,
      favourite: dice.pick(cast.campaigns),
      checkouts: [],
      pledges: [],
      now,
      control,
    },
    waitsForLock: async (pid) => {
      const sql = 'SELECT cardinality(pg_blocking_pids($1)) > 0 AS waits'
      return (await lookout.query<{ waits: boolean }>(sql, [pid])).rows[0]?.waits ?? true
    },
    advance: async (seconds) => {
      passedMs += seconds * 1_000
      sandbox.advance(seconds)
      await tell()
      await postman.quiet()
    },
    dashboard: (method, path, form) => callStripe(`${sandbox.url}/v1/${path}`, method, form),
    close: async () => {
      restoreClock()
      stepAside()
      // Nobody speaks to it any more; its sockets take a second to end, and the next story does not wait for them.
      void sandbox.close()
    },
  }
}

/** Any campaign, but most often the story's favourite. */
export function someCampaign(world: World, dice: Random): Campaign {
  return dice.chance(0.6) ? world.favourite : dice.pick(world.cast.campaigns)
}

async function ask(address: string, method: string, body?: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(
    address,
    method === 'GET' ? { method } : { method, headers, body: JSON.stringify(body ?? {}) },
  )
  if (!answer.ok) throw new Error(`${address}: ${await answer.text()}`)
  return answer.json()
}

async function callStripe(address: string, method: string, form: Record<string, string> = {}): Promise<Answer> {
  const headers = { authorization: 'Bearer sk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' }
  const text = String(new URLSearchParams(form))
  const answer = await (method === 'GET'
    ? fetch(text === '' ? address : `${address}?${text}`, { headers })
    : fetch(address, { method, headers, body: text }))
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
