import type { SystemActor } from '#lib/auth/types.ts'
import { closeCampaign } from '#lib/campaigns/close-campaign.ts'
import { pauseCampaign } from '#lib/campaigns/pause-campaign.ts'
import { settleCampaign } from '#lib/campaigns/settle-campaign.ts'
import { replaceClock } from '#lib/clock.ts'
import { db, disconnectDb } from '#lib/db/client.ts'
import { postDueAvailable } from '#lib/donations/post-available.ts'
import { foldBusyFunds } from '#lib/ledger/fold-funds.ts'
import { checkBooks } from '#lib/reconciliation/check-books.ts'
import { settlePayout } from '#lib/webhooks/settle-payout.ts'
import { DEMO_CAMPAIGNS, type DemoCampaign } from './demo/campaigns.ts'
import { demoGifts } from './demo/gifts.ts'
import { plantAftermath } from './demo/plant-aftermath.ts'
import { plantAidGroups } from './demo/plant-aid-groups.ts'
import { plantBanks } from './demo/plant-banks.ts'
import { plantCampaign, plantUpdate } from './demo/plant-campaign.ts'
import { plantDisbursement } from './demo/plant-disbursement.ts'
import { plantGifts } from './demo/plant-gifts.ts'
import { screenDueDemo } from './demo/plant-lists.ts'
import { plantPeople } from './demo/plant-people.ts'
import { PledgePlanter } from './demo/plant-pledges.ts'
import { sandboxControl } from './demo/sandbox-control.ts'
import { type LiveCampaign, must, type World } from './demo/world.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const STRIPE: SystemActor = { kind: 'system', name: 'seed' }

/**
 * The demo federation, lived through week by week: its half year of gifts, payouts and deliveries goes through the same
 * functions as a real one, with the product's clock and the sandbox's moved to each week in turn.
 */
async function seed(): Promise<string> {
  if ((await db().chapter.count()) > 0) return 'it was there already'
  const finish = new Date()
  const start = new Date(finish.getTime() - 26 * WEEK_MS)
  let demoNow = start
  replaceClock(() => demoNow)
  const clock = { set: (at: Date) => (demoNow = at < finish ? at : finish) }
  const webhookUrl = await sandboxControl.webhookUrl()
  await sandboxControl.listen(null)
  await sandboxControl.beginAt(start)

  const world: World = { ...(await plantPeople()), aidGroups: new Map(), campaigns: new Map() }
  await plantAidGroups(world, { start, finish, clock })
  const gifts = demoGifts(finish)
  const pledges = new PledgePlanter(world, finish)
  for (let week = start.getTime(); week < finish.getTime(); week += WEEK_MS) {
    const end = new Date(Math.min(week + WEEK_MS, finish.getTime()))
    clock.set(new Date(week))
    await screenDueDemo()
    await openCampaigns(world, finish, end)
    await pledges.begin(new Date(week), end)
    await sandboxControl.moveTo(end)
    await plantGifts(
      world,
      gifts.filter(({ at }) => at.getTime() >= week && at < end),
    )
    clock.set(end)
    await pledges.renew(end)
    await bringToBank()
    await sendDue(world, finish, end, clock)
  }
  await endCampaigns(world, finish, clock)
  await plantAftermath(world)
  await plantBanks(world, finish, clock)
  await foldBusyFunds(db())
  await checkBooks({ mail: false })
  await sandboxControl.listen(webhookUrl)
  return `${gifts.length} gifts to ${DEMO_CAMPAIGNS.length} campaigns of ${world.chapters.size} chapters`
}

async function openCampaigns(world: World, finish: Date, end: Date): Promise<void> {
  for (const plan of DEMO_CAMPAIGNS) {
    const opensAt = finish.getTime() - plan.window[0] * DAY_MS
    if (world.campaigns.has(plan) || opensAt >= end.getTime() || plan.state === 'in_review') continue
    const live = await plantCampaign(world, plan)
    if (live) world.campaigns.set(plan, live)
  }
}

/** What is available leaves Stripe and arrives, as each week in life. */
async function bringToBank(): Promise<void> {
  await postDueAvailable()
  for (const payoutId of await sandboxControl.runPayouts()) await settlePayout(STRIPE, payoutId)
  await foldBusyFunds(db())
}

async function sendDue(world: World, finish: Date, end: Date, clock: { set: (at: Date) => void }): Promise<void> {
  for (const campaign of world.campaigns.values()) {
    if (end < dueAt(campaign, finish)) continue
    await plantDisbursement(world, campaign, end, clock)
    if (campaign.next === 1) await plantUpdate(world, campaign)
    clock.set(end)
  }
}

/** Evenly over the time in which gifts came, and after the last gift where everything is to be sent. */
function dueAt({ plan, next }: LiveCampaign, finish: Date): Date {
  const [from, to] = plan.window
  const whole = plan.disbursements.length
  const daysAgo = from - ((from - to) * (next + 1)) / whole
  return new Date(
    finish.getTime() - Math.max(daysAgo, plan.disbursements[next]?.state === 'confirmed' ? 6 : 1) * DAY_MS,
  )
}

async function endCampaigns(world: World, finish: Date, clock: { set: (at: Date) => void }): Promise<void> {
  const treasurer = must(world.people, 'tomas')
  const ending = (plan: DemoCampaign) => must(world.campaigns, plan).id
  clock.set(new Date(finish.getTime() - 3 * DAY_MS))
  for (const plan of DEMO_CAMPAIGNS) {
    const organizer = must(world.people, plan.organizer)
    if (plan.state === 'in_review') await plantCampaign(world, plan)
    if (plan.state === 'paused')
      await pauseCampaign(organizer, { campaignId: ending(plan), reason: 'The warehouse is checking a new supplier.' })
    if (plan.state === 'closed' || plan.state === 'settled')
      await closeCampaign(organizer, { campaignId: ending(plan), reason: 'The goal of this campaign is met.' })
    if (plan.state === 'settled')
      await settleCampaign(treasurer, { campaignId: ending(plan), reason: 'Every cent has been sent and confirmed.' })
  }
  clock.set(finish)
}

const said = await seed()
await disconnectDb()
process.stdout.write(`${said}\n`)
process.exit(0)
