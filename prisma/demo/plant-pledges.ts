import type { SystemActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { pausePledge } from '#lib/donations/pause-pledge.ts'
import { UNTIL_RESUMED } from '#lib/donations/schema.ts'
import { settlePledgeSession } from '#lib/donations/settle-pledge.ts'
import { startPledge } from '#lib/donations/start-pledge.ts'
import { syncPledge } from '#lib/donations/sync-pledge.ts'
import { newToken } from '#lib/ids.ts'
import { DEMO_CAMPAIGNS } from './campaigns.ts'
import { sandboxControl } from './sandbox-control.ts'
import type { World } from './world.ts'

const SEED: SystemActor = { kind: 'system', name: 'seed' }
const DAY_MS = 86_400_000

type DemoPledge = {
  /** Its place among the demo's campaigns. */
  campaign: number
  daysAgo: number
  fields: { email: string; name: string; amount: string; coverFee?: string; tip?: string; showName?: string }
  /** How many days ago its card began to fail, or its giver paused it. */
  failsDaysAgo?: number
  pausedDaysAgo?: number
}

const DEMO_PLEDGES: readonly DemoPledge[] = [
  {
    campaign: 0,
    daysAgo: 100,
    fields: {
      ...{ email: 'oksana.b@donors.example', name: 'Oksana B.', amount: '25.00' },
      ...{ coverFee: 'yes', showName: 'yes' },
    },
  },
  {
    campaign: 0,
    daysAgo: 66,
    fields: { email: 'g.lind@donors.example', name: 'G. Lind', amount: '40.00', tip: '10' },
    failsDaysAgo: 20,
  },
  // Two months after it began its renewal is a few days old: Stripe still tries it.
  {
    campaign: 0,
    daysAgo: 62,
    fields: { email: 'p.adeyemi@donors.example', name: 'P. Adeyemi', amount: '20.00' },
    failsDaysAgo: 20,
  },
  {
    campaign: 0,
    daysAgo: 80,
    fields: { email: 'henrike@donors.example', name: 'Henrike', amount: '10.00' },
    pausedDaysAgo: 30,
  },
]

type Planted = { plan: DemoPledge; token: string; pledgeId: string; isHandled: boolean }

/** The demo's monthly pledges: begun on Stripe's own page in the week they began, and renewed by the clock since. */
export class PledgePlanter {
  private readonly planted: Planted[] = []
  private readonly world: World
  private readonly finishMs: number

  constructor(world: World, finish: Date) {
    this.world = world
    this.finishMs = finish.getTime()
  }

  /** Begins what begins in this week. */
  async begin(week: Date, end: Date): Promise<void> {
    for (const plan of DEMO_PLEDGES) {
      const at = this.finishMs - plan.daysAgo * DAY_MS
      if (at < week.getTime() || at >= end.getTime()) continue
      const live = [...this.world.campaigns.values()].find((one) => one.plan === DEMO_CAMPAIGNS[plan.campaign])
      if (!live) continue
      const { slug } = await db().campaign.findUniqueOrThrow({ where: { id: live.id }, select: { slug: true } })
      const form = { campaignSlug: slug, submissionKey: newToken(), ...plan.fields }
      const { pledgeId, token, checkoutUrl } = await startPledge({ kind: 'guest' }, form)
      const sessionId = await sandboxControl.payOnPage(checkoutUrl)
      await settlePledgeSession(SEED, { sessionId })
      this.planted.push({ plan, token, pledgeId, isHandled: false })
    }
  }

  /** What the clock has renewed comes into the books; cards begin to fail and givers pause. */
  async renew(end: Date): Promise<void> {
    for (const one of this.planted) {
      const { subscriptionId } = await db().pledge.findUniqueOrThrow({ where: { id: one.pledgeId } })
      if (subscriptionId === null) continue
      const daysAgo = one.plan.failsDaysAgo ?? one.plan.pausedDaysAgo
      if (!one.isHandled && daysAgo !== undefined && end.getTime() >= this.finishMs - daysAgo * DAY_MS) {
        one.isHandled = true
        if (one.plan.failsDaysAgo !== undefined) await sandboxControl.failCard(subscriptionId)
        else await pausePledge(SEED, { token: one.token, until: UNTIL_RESUMED })
      }
      await syncPledge(SEED, { subscriptionId })
    }
  }
}
