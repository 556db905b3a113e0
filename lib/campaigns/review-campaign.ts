import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { parseInput } from '#lib/parse-input.ts'
import { publishFile } from '#lib/storage/store-file.ts'
import { checkWords, countRefusals } from './check-words.ts'
import { type LockedCampaign, moveCampaign } from './move-campaign.ts'
import { lacksOf } from './policy.ts'
import { readParts } from './queries.ts'
import { reviewSchema } from './schema.ts'
import { changedMeanwhile } from './update-campaign.ts'

/**
 * Another person's word on a campaign: live, or back to draft with a note. Going live opens its fund, for money with
 * donor restrictions, in the same transaction. The version says which text was read.
 */
export async function reviewCampaign(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireUser(actor)
  const { campaignId, version, decision, note } = parseInput(reviewSchema, input)
  const move = () =>
    moveCampaign(actor, {
      campaignId,
      event: decision,
      reason: note,
      prepare: async (tx, campaign) => {
        if (campaign.version !== version) throw changedMeanwhile()
        if (decision === 'send_back') return { reviewNote: note, submittedById: null }
        return { ...(await goLive(tx, campaign)), reviewedById: userId, reviewNote: note || null }
      },
    })
  await countRefusals(campaignId, move)
}

async function goLive(tx: DbClient, campaign: LockedCampaign) {
  // Nobody can suspend one of its aid groups between this look and the commit.
  await tx.$queryRaw`SELECT id FROM aid_group WHERE id IN
    (SELECT aid_group_id FROM campaign_aid_group WHERE campaign_id = ${campaign.id}::uuid) ORDER BY id FOR SHARE`
  const parts = await readParts(tx, campaign)
  await checkWords(tx, { ...campaign, ...parts, story: campaign.storyMarkdown })
  const [lack] = lacksOf({ ...campaign, ...parts }, now())
  if (lack) {
    throw new AppError(
      lack.field === 'aidGroupIds' ? 'aid_group_not_approved' : 'wrong_state',
      `It cannot go live now. ${lack.message}`,
    )
  }
  if (campaign.coverFileId) await publishFile(tx, campaign.coverFileId)
  const fundId = await openFund(tx, {
    chapterId: campaign.chapterId,
    campaignId: campaign.id,
    restriction: 'with',
    currency: campaign.currency,
    name: campaign.title,
  })
  return { fundId, liveAt: now() }
}
