import { expect, test } from 'vitest'
import { db } from '#lib/db/client.ts'
import { syncCampaignPledges } from '#lib/donations/sync-campaign-pledges.ts'
import { answerChoice } from '#lib/holds/answer-choice.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import { advanceCampaign } from '#lib/holds/run-holds.ts'
import { signChoiceToken } from '#lib/holds/sign-link.ts'
import { rejectGroup, suspendGroup } from '#lib/vetting/end-approval.ts'
import { beginPledge, pledgeOf, usePledgeWorld } from '#tests/lib/donations/pledge-world.ts'
import { GUEST } from '#tests/lib/donations/world.ts'
import { approveAgain, daysAgo, expectSound, makePerson, WORKER } from './world.ts'

const world = usePledgeWorld()

async function begin() {
  const pledge = await beginPledge(world, { amount: '20.00' })
  const { aidGroupId } = await db().campaignAidGroup.findFirstOrThrow({ where: { campaignId: pledge.campaign.id } })
  const reviewer = await makePerson(pledge.chapter.id, 'Vera', 'vetting_reviewer')
  return { ...pledge, aidGroupId, reviewer }
}

test('monthly pledges pause with a hold and go on with its cure', async () => {
  const { pledgeId, aidGroupId, reviewer } = await begin()
  await suspendGroup(reviewer, { aidGroupId, reason: 'A look is needed.' })
  await handleGroupChange({ aidGroupId })
  await syncCampaignPledges(WORKER)
  expect((await pledgeOf(pledgeId)).campaignPausedAt).not.toBeNull()
  // The world of pledges lives in another year than the database.
  await daysAgo(0, () => approveAgain(aidGroupId))
  await syncCampaignPledges(WORKER)
  expect((await pledgeOf(pledgeId)).campaignPausedAt).toBeNull()
})

test('who wants the gift back gives no more; the refund is made once', async () => {
  const { pledgeId, aidGroupId, reviewer, campaign } = await begin()
  await suspendGroup(reviewer, { aidGroupId, reason: 'A look is needed.' })
  await rejectGroup(reviewer, { aidGroupId, reason: 'It did not pass.' })
  await handleGroupChange({ aidGroupId })
  const hold = await db().campaignHold.findFirstOrThrow({ where: { campaignId: campaign.id } })
  const { donorId } = await pledgeOf(pledgeId)
  await answerChoice(GUEST, { token: signChoiceToken(hold.id, donorId), choice: 'refund' })
  await world.advanceDays(15)
  await advanceCampaign(WORKER, campaign.id)
  await world.deliver()
  await advanceCampaign(WORKER, campaign.id)
  const pledge = await pledgeOf(pledgeId)
  expect([pledge.status, pledge.endReason]).toEqual(['cancelled', 'campaign_ended'])
  const refunds = await db().refund.findMany({ where: { donation: { pledgeId } } })
  expect(refunds).toMatchObject([{ status: 'succeeded', origin: 'choice' }])
  await expectSound()
})
