import { db } from '#lib/db/client.ts'
import { correctReceipts, issueMissingReceipts } from '#lib/donations/issue-due-receipts.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { syncCampaignPledges } from '#lib/donations/sync-campaign-pledges.ts'
import { AppError } from '#lib/errors.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { checkDueBooks } from '#lib/reconciliation/check-books.ts'
import { sweepStripe } from '#lib/webhooks/sweep-stripe.ts'
import { offStage } from './act.ts'
import type { Letter } from './postman.ts'
import type { Job } from './queue.ts'
import { onlyWords, type Play, type Run, type Scene } from './scene.ts'
import { isInTime } from './sweep-in-time.ts'
import type { World } from './world.ts'

const WORKER = { kind: 'system', name: 'worker' } as const

/** The postman brings some events: any of those that wait, in any order, and now and then one that was kept before. */
export const deliver: Play = async (world, dice) => {
  const waiting = dice.shuffle(world.postman.waiting())
  const again = dice.chance(0.25) ? dice.maybe(world.postman.letters().filter(({ lost }) => !lost)) : undefined
  const some = waiting.slice(0, dice.pick([1, 2, 4, 8]))
  const letters = again ? [...some, again] : some
  if (letters.length === 0) return null
  const words = `Stripe delivers ${letters.map(({ type, kept }) => (kept ? `${type} (again)` : type)).join(', ')}.`
  return { words, runs: letters.map((letter) => bringing(world, letter)) }
}

export function bringing(world: World, letter: Letter): Run {
  const work = async () => {
    const status = await world.postman.bring(letter, world.now())
    if (status !== 200 && status !== 503) throw new Error(`The endpoint answered ${status} to a genuine event.`)
  }
  return { name: `the endpoint, taking ${letter.type}`, work }
}

const ALL = Number.POSITIVE_INFINITY

/**
 * Some of the events that wait are lost for good; most often all of them, as after days in which nobody could reach us,
 * because of most things that happen at Stripe several events tell.
 */
export const lose: Play = async (world, dice) => {
  const waiting = world.postman.waiting().filter((letter) => isInTime(world, letter))
  const letters = dice.shuffle(waiting).slice(0, dice.pick([1, 4, ALL, ALL]))
  if (letters.length === 0) return null
  for (const letter of letters) letter.lost = true
  return onlyWords(`Stripe gives up on ${letters.map(({ type }) => type).join(', ')}, never to be delivered.`)
}

/** Somebody who does not have the secret sends an event. */
export const forge: Play = async (world, dice) => {
  const letter = dice.maybe(world.postman.letters())
  if (!letter) return null
  const forged = { ...letter, id: `evt_forged${dice.int(1, 1e9)}`, kept: false }
  forged.body = letter.body.replace(letter.id, forged.id)
  const status = await world.postman.bring(forged, world.now(), 'v0')
  if (status !== 400) throw new Error(`The endpoint answered ${status} to an event that nobody signed.`)
  return onlyWords(`Somebody sends a forged ${letter.type}; it is refused.`)
}

/** The worker takes some jobs, in any order. */
export const work: Play = async (world, dice) => {
  const jobs = dice.shuffle(await world.queue.due(world.now(), world.startedAt)).slice(0, dice.pick([1, 2, 4, 9]))
  if (jobs.length === 0) return null
  for (const job of jobs) await world.queue.take(job)
  return {
    words: `The worker does ${jobs.map(({ name }) => name).join(', ')}.`,
    runs: jobs.map((job) => doing(world, job)),
  }
}

export function doing(world: World, job: Job): Run {
  return {
    name: `the job ${job.name}`,
    work: () => world.queue.run(job),
    after: ({ error, died }) => world.queue.finish(job, error === undefined && !died),
  }
}

export const moveAvailable: Play = async () => ({
  words: 'The worker moves what has become available.',
  runs: [{ name: 'the move to available', work: postDueAvailable }],
})

export const fold: Play = async () => ({
  words: 'The worker folds the busy funds.',
  runs: [{ name: 'the fold', work: () => foldBusyFunds(db()) }],
})

export const sweeping: Run = { name: 'the sweeper', work: () => sweepStripe() }

export const sweep: Play = async () => ({
  words: 'The sweeper compares Stripe with the books.',
  runs: [sweeping],
})

/** Some days in which everything works: events arrive, jobs are done, money becomes available. */
export const quietDays: Play = async (world, dice) => {
  const days = dice.pick([1, 3, 3])
  await world.advance(days * 86_400)
  const work = async () => {
    for (const letter of offStage(() => world.postman.waiting())) await bringing(world, letter).work()
    for (const job of await offStage(() => world.queue.due(world.now(), world.startedAt))) await tryJob(world, job)
    await postDueAvailable()
    await foldBusyFunds(db())
  }
  return { words: `${days} quiet days.`, runs: [{ name: 'the worker of the quiet days', work }] }
}

async function tryJob(world: World, job: Job): Promise<void> {
  await offStage(() => world.queue.take(job))
  try {
    await world.queue.run(job)
    await offStage(() => world.queue.finish(job, true))
  } catch (error) {
    await offStage(() => world.queue.finish(job, false))
    if (!(error instanceof AppError)) throw error
  }
}

const HOUSEKEEPING = {
  'corrects receipts': correctReceipts,
  'issues missing receipts': issueMissingReceipts,
  'looks after pledges of campaigns': () => syncCampaignPledges(WORKER),
  'compares the books': checkDueBooks,
}

/** What the worker does by the clock beside Stripe's matters. */
export const keepHouse: Play = async (_world, dice) => keepingHouse(dice.pick(Object.keys(HOUSEKEEPING) as HouseWork[]))

export type HouseWork = keyof typeof HOUSEKEEPING
export const HOUSE_WORKS = Object.keys(HOUSEKEEPING) as HouseWork[]

export function keepingHouse(what: HouseWork): Scene {
  return { words: `The worker ${what}.`, runs: [{ name: `the loop that ${what}`, work: HOUSEKEEPING[what] }] }
}

const SPANS = { '2 minutes': 120, '3 hours': 10_800, '1 day': 86_400, '3 days': 259_200, '31 days': 2_678_400 }

export const wait: Play = async (world, dice) => {
  const span = dice.weighted({ '2 minutes': 3, '3 hours': 2, '1 day': 3, '3 days': 3, '31 days': 1 })
  await world.advance(SPANS[span])
  return onlyWords(`${span} pass.`)
}

export const payOut: Play = async (world) => {
  const payouts = (await world.control('POST', 'payouts/run')) as { amount: number; currency: string }[]
  if (payouts.length === 0) return null
  const amounts = payouts.map(({ amount, currency }) => `${(amount / 100).toFixed(2)} ${currency.toUpperCase()}`)
  return onlyWords(`Stripe pays out ${amounts.join(' and ')}.`)
}
