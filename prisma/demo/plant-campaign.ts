import { createCampaign } from '#lib/campaigns/create-campaign.ts'
import { publishUpdate } from '#lib/campaigns/publish-update.ts'
import { reviewCampaign } from '#lib/campaigns/review-campaign.ts'
import { submitCampaign } from '#lib/campaigns/submit-campaign.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { storeFile } from '#lib/storage/store-file.ts'
import type { DemoCampaign } from './campaigns.ts'
import { drawCover } from './draw-cover.ts'
import { type LiveCampaign, must, type World } from './world.ts'

const DAY_MS = 86_400_000

/** An organizer's draft, submitted, and sent live by a treasurer who had no hand in it (or left waiting for one). */
export async function plantCampaign(world: World, plan: DemoCampaign): Promise<LiveCampaign | null> {
  const chapter = must(world.chapters, plan.chapter)
  const organizer = must(world.people, plan.organizer)
  const aidGroupId = must(world.aidGroups, plan.aidGroup)
  const cover = {
    bytes: await drawCover(plan),
    fileName: 'cover.png',
    purpose: 'cover' as const,
    chapterId: chapter.id,
  }
  const coverFileId = await storeFile(organizer, cover)
  const deadline = new Date(now().getTime() + 240 * DAY_MS).toISOString().slice(0, 10)
  const { title, summary, story, goal, budget } = plan
  const campaignId = await createCampaign(organizer, {
    ...{ chapterId: chapter.id, currency: chapter.currency, title, summary, story, goal, budget, deadline },
    ...{
      aidGroupIds: [aidGroupId],
      alternateAidGroupId: plan.alternate === undefined ? '' : must(world.aidGroups, plan.alternate),
      surplusRule: 'same_aid_group',
      coverFileId,
      coverAlt: `A drawn emblem for “${title}”`,
    },
  })
  await submitCampaign(organizer, { campaignId, version: await versionOf(campaignId) })
  if (plan.state === 'in_review') return null
  const decision = { campaignId, version: await versionOf(campaignId), decision: 'approve', note: '' }
  await reviewCampaign(must(world.people, 'ines'), decision)
  const { fundId } = await db().campaign.findUniqueOrThrow({ where: { id: campaignId }, select: { fundId: true } })
  if (fundId === null) throw new Error('A live campaign has a fund.')
  return { id: campaignId, fundId, plan, chapter, aidGroupId, next: 0 }
}

/** The news of a campaign, once its first delivery is confirmed. */
export async function plantUpdate(world: World, campaign: LiveCampaign): Promise<void> {
  const { update, organizer } = campaign.plan
  if (update) await publishUpdate(must(world.people, organizer), { campaignId: campaign.id, ...update })
}

async function versionOf(id: string): Promise<number> {
  return (await db().campaign.findUniqueOrThrow({ where: { id }, select: { version: true } })).version
}
