import { afterAll, afterEach, beforeAll } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { settlePledgeSession } from '#lib/donations/settle-pledge.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { newId } from '#lib/ids.ts'
import { readEvent } from '#lib/stripe/events.ts'
import { applyEvent } from '#lib/webhooks/apply-event.ts'
import { receiveEvent } from '#lib/webhooks/receive-event.ts'
import { GUEST, giving, makeCampaign, payAt, runJobs, sessionIdOf, useWorld, type World } from './world.ts'

const DAY_SECONDS = 86_400
export const GOOD_CARD = '4242424242424242'
export const FAILING_CARD = '4000000000000341'

export type PledgeWorld = World & {
  /** Moves the sandbox's clock, which is the product's too. */
  advanceDays: (days: number) => Promise<void>
  /** Brings Stripe's events since the last time, in the given order, and runs what they ask for. */
  deliver: (order?: (events: SandboxEvent[]) => SandboxEvent[]) => Promise<void>
  /** Both, day by day: what happens on a day is told on that day. */
  live: (days: number) => Promise<void>
  stripe: <T = Record<string, unknown>>(path: string, body?: Record<string, string>, method?: string) => Promise<T>
}

type SandboxEvent = { id: string; type: string; created: number; data: { object: { id: string } } }

/** The world with one clock: that of the sandbox, which begins two years ago. Events come when a test says so. */
export function usePledgeWorld(): PledgeWorld {
  const world = useWorld() as PledgeWorld
  let nowMs = 0
  let restore: () => void = () => undefined
  const told = new Set<string>()
  beforeAll(async () => {
    await world.control('PUT', 'webhook', { url: null })
    const start = Date.UTC(2024, 10, 20, 9)
    await world.control('PUT', 'clock', { now: start / 1_000 })
    nowMs = start
    restore = replaceClock(() => new Date(nowMs))
  })
  afterAll(() => restore())
  // What one test began is not renewed in the next.
  afterEach(async () => {
    const live = await world.stripe<{ data: { id: string }[] }>('subscriptions?limit=100')
    for (const { id } of live.data) await world.stripe(`subscriptions/${id}`, undefined, 'DELETE')
    await world.deliver()
  })
  world.advanceDays = async (days) => {
    const { now } = (await world.control('POST', 'clock/advance', { seconds: Math.round(days * DAY_SECONDS) })) as {
      now: number
    }
    nowMs = now * 1_000
  }
  world.stripe = async (path, body, method) => {
    const answer = await fetch(`${world.sandbox.url}/v1/${path}`, {
      method: method ?? (body ? 'POST' : 'GET'),
      headers: { authorization: 'Bearer sk_test_sandbox' },
      ...(body ? { body: new URLSearchParams(body) } : {}),
    })
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json()
  }
  world.deliver = async (order = (events) => events) => {
    const fresh: SandboxEvent[] = []
    for (let after = ''; ; ) {
      const page = await world.stripe<{ data: SandboxEvent[]; has_more: boolean }>(`events?limit=100${after}`)
      const unknown = page.data.filter(({ id }) => !told.has(id))
      fresh.push(...unknown)
      if (!page.has_more || unknown.length < page.data.length) break
      after = `&starting_after=${page.data.at(-1)?.id}`
    }
    for (const event of order(fresh.reverse())) {
      told.add(event.id)
      const notice = readEvent(event)
      if (notice) await receiveEvent(notice)
      await applyEvent({ eventId: event.id })
    }
    await runJobs(world)
  }
  world.live = async (days) => {
    for (let day = 0; day < days; day += 1) {
      await world.advanceDays(1)
      await world.deliver()
    }
  }
  return world
}

/** A monthly pledge that a guest began and paid, with its campaign. */
export async function beginPledge(world: PledgeWorld, fields: Record<string, unknown> = {}, card = GOOD_CARD) {
  const made = await makeCampaign()
  const email = `monthly-${newId().slice(-8)}@example.org`
  const started = await startPledge(GUEST, giving(made.campaign.slug, { email, ...fields }))
  await payAt(started.checkoutUrl, card)
  await settlePledgeSession(GUEST, { sessionId: sessionIdOf(started.checkoutUrl) })
  await world.deliver()
  return { ...made, ...started, email, subscriptionId: (await pledgeOf(started.pledgeId)).subscriptionId ?? '' }
}

export function pledgeOf(id: string) {
  return db().pledge.findUniqueOrThrow({
    where: { id },
    include: { steps: { orderBy: [{ at: 'asc' }, { id: 'asc' }] } },
  })
}

export function giftsOf(pledgeId: string) {
  return db().donation.findMany({ where: { pledgeId }, orderBy: { createdAt: 'asc' } })
}

/** The subjects of the mails somebody got, oldest first; receipts left out. */
export async function newsTo(email: string): Promise<string[]> {
  const mails = await db().outboundMail.findMany({
    where: { recipient: email, kind: { not: 'receipt' } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  return mails.map(({ subject }) => subject)
}

/** Lets the saved card of a subscription do what another test card does; null: itself again. */
export async function turnCard(world: PledgeWorld, subscriptionId: string, card: string | null): Promise<void> {
  const subscription = await world.stripe<{ default_payment_method: string }>(`subscriptions/${subscriptionId}`)
  const body = { payment_method: subscription.default_payment_method, behaves_as: card }
  await world.control('PUT', 'cards', body)
}
