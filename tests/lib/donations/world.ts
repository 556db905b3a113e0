import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { Logger, runOnce } from 'graphile-worker'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { db } from '#lib/db/client.ts'
import { mailPledgeStep } from '#lib/donations/mail-pledge-step.ts'
import { mailReceipt } from '#lib/donations/mail-receipt.ts'
import { startDonation } from '#lib/donations/start-donation.ts'
import { resetEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { applyEvent } from '#lib/webhooks/apply-event.ts'
import type { RunningSandbox } from '#sandbox/server.ts'
import { startSandbox } from '#sandbox/server.ts'
import { type TestDatabase, useDatabase } from '#tests/support/database.ts'
import { plantCampaign } from '#tests/support/plant.ts'
import { POST } from '../../../app/api/stripe/webhook/route.ts'

export const SECRET = 'whsec_first_test_secret'
export const GUEST = { kind: 'guest' } as const

type SandboxTransaction = {
  id: string
  amount: number
  fee: number
  net: number
  currency: string
  reporting_category: string
  payout: string | null
}

export type World = {
  database: TestDatabase
  sandbox: RunningSandbox
  /** The webhook route behind real HTTP. */
  webhookUrl: string
  /** A control endpoint of the sandbox. */
  control: (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => Promise<unknown>
  transactions: () => Promise<SandboxTransaction[]>
}

/** A database, the Stripe sandbox, and the webhook's own route handler on a port. Call once at the top of a file. */
export function useWorld(options: Parameters<typeof startSandbox>[0] = {}): World {
  const world = { database: useDatabase() } as World
  let server: Server
  beforeAll(async () => {
    world.sandbox = await startSandbox({ webhookSecrets: [SECRET], ...options })
    process.env['STRIPE_API_BASE'] = world.sandbox.url
    resetEnv()
    server = serveWebhook()
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    world.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/stripe/webhook`
    world.sandbox.setWebhook(world.webhookUrl)
    world.control = async (method, path, body) => {
      const headers = { 'content-type': 'application/json' }
      const init = method === 'GET' ? { method } : { method, headers, body: JSON.stringify(body ?? {}) }
      const answer = await fetch(`${world.sandbox.url}/_sandbox/${path}`, init)
      if (!answer.ok) throw new Error(await answer.text())
      return answer.json()
    }
    world.transactions = () => world.control('GET', 'balance_transactions.json') as Promise<SandboxTransaction[]>
  })
  afterAll(async () => {
    await world.sandbox.close()
    server.closeAllConnections()
    server.close()
  })
  return world
}

function serveWebhook(): Server {
  return createServer((request, response) => {
    const body = Readable.toWeb(request) as ReadableStream
    const headers = new Headers(
      Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    )
    const incoming = new Request(`http://${request.headers.host}${request.url}`, {
      ...{ method: request.method ?? 'GET', headers, body },
      ...({ duplex: 'half' } as object),
    })
    POST(incoming).then(
      async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers))
        response.end(await answer.text())
      },
      () => response.writeHead(500).end(),
    )
  })
}

/** Runs every job that is due now, as the worker would. Mails are only queued. */
export async function runJobs(world: World): Promise<void> {
  // Starting a worker costs many times more than asking whether it would find something, and most days it would not.
  const due = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM graphile_worker._private_jobs WHERE is_available AND run_at <= now() LIMIT 1`
  if (due.length === 0) return
  // Its own pool is ended without waiting, and a database that is dropped meanwhile ends the whole run of tests.
  const pool = new pg.Pool({ connectionString: world.database.appUrl })
  for (const event of ['error', 'connect'] as const) pool.on(event, () => undefined)
  await runOnce({
    pgPool: pool,
    noHandleSignals: true,
    concurrency: 4,
    logger: new Logger(() => () => undefined),
    taskList: {
      'apply-stripe-event': (payload) => applyEvent(payload as { eventId: string }),
      'mail-receipt': (payload) => mailReceipt(payload as { donationId: string }),
      'mail-pledge-step': (payload) => mailPledgeStep(payload as { stepId: string }),
      'send-mail': () => undefined,
    },
  }).finally(() => pool.end())
}

/** Lets every webhook arrive and every job run. */
export async function settleAll(world: World): Promise<void> {
  await world.sandbox.delivered()
  await runJobs(world)
}

type CampaignOptions = {
  currency?: string
  chapterCurrency?: string
  surplusRule?: 'same_aid_group' | 'chapter_general_fund' | 'next_campaign'
  chapterId?: string
}

/** A live campaign with its fund. */
export async function makeCampaign(options: CampaignOptions = {}) {
  const currency = options.currency ?? 'USD'
  const mark = newId().slice(-12)
  const chapterCurrency = options.chapterCurrency ?? currency
  const chapter = options.chapterId
    ? await db().chapter.findUniqueOrThrow({ where: { id: options.chapterId } })
    : await db().chapter.create({
        data: {
          ...{
            slug: `chapter-${mark}`,
            name: 'River Chapter',
            legalName: 'River Mutual Aid, Inc.',
            deductibility: 'c3',
          },
          ...{ city: 'Portland', country: 'US', currency: chapterCurrency },
        },
      })
  const campaign = await plantCampaign({
    ...{ chapterId: chapter.id, slug: `campaign-${mark}`, title: `Winter <b>blankets</b> ${mark}`, currency },
    surplusRule: options.surplusRule ?? 'same_aid_group',
  })
  const { fundId } = campaign
  return { chapter, campaign, fundId }
}

/** What the second step of the form sends. */
export function giving(slug: string, fields: Record<string, unknown> = {}) {
  const submissionKey = newId().replaceAll('-', '')
  return {
    campaignSlug: slug,
    submissionKey,
    amount: '25.00',
    email: `donor-${newId().slice(-6)}@example.org`,
    ...fields,
  }
}

export async function begin(slug: string, fields: Record<string, unknown> = {}) {
  return startDonation(GUEST, giving(slug, fields))
}

/** Fills in the sandbox's hosted page as a browser would. Answers where it led. */
export async function payAt(
  checkoutUrl: string,
  card = '4242424242424242',
): Promise<{ status: number; location: string | null }> {
  const page = await (await fetch(checkoutUrl)).text()
  const attempt = /name="attempt" value="(\d+)"/.exec(page)?.[1] ?? '0'
  const body = new URLSearchParams({ attempt, card, cardNumber: '', name: 'A. Donor', email: 'payer@example.org' })
  const answer = await fetch(checkoutUrl, { method: 'POST', body, redirect: 'manual' })
  return { status: answer.status, location: answer.headers.get('location') }
}

export function sessionIdOf(checkoutUrl: string): string {
  return checkoutUrl.split('/').at(-1)?.split('#')[0] ?? ''
}
