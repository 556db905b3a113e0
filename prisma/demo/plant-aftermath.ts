import type { SystemActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { requestRefund } from '#lib/donations/request-refund.ts'
import { syncCharge } from '#lib/donations/sync-charge.ts'
import { sandboxControl } from './sandbox-control.ts'
import { must, type World } from './world.ts'

const STRIPE: SystemActor = { kind: 'system', name: 'seed' }
const DISPUTED_MINOR = 2_500n

/** What comes after gifts: one given back in part by the treasurer, and one that its donor's bank asks for. */
export async function plantAftermath(world: World): Promise<void> {
  const chapterId = must(world.chapters, 'minneapolis').id
  const [first, ...others] = await db().donation.findMany({
    where: { status: 'settled', chargeId: { not: null }, campaign: { chapterId, status: 'live' } },
    orderBy: [{ settledAt: 'desc' }, { id: 'desc' }],
    take: 40,
  })
  const disputed =
    others.find((gift) => gift.giftMinor >= DISPUTED_MINOR && gift.campaignId !== first?.campaignId) ?? others[0]
  if (!first || !disputed?.chargeId) return
  await requestRefund(must(world.people, 'tomas'), {
    ...{ donationId: first.id, amount: '5.00', reason: 'The donor typed one zero too many and wrote to us' },
    submissionKey: 'demo-refund-of-one-zero',
  })
  await sandboxControl.dispute(disputed.chargeId)
  await syncCharge(STRIPE, { chargeId: disputed.chargeId, donationId: disputed.id, isTouched: true })
}
