import { beforeAll, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { createCampaign } from '#lib/campaigns/create-campaign.ts'
import { findCampaign, findPublicCampaign } from '#lib/campaigns/queries.ts'
import { reviewCampaign } from '#lib/campaigns/review-campaign.ts'
import { submitCampaign } from '#lib/campaigns/submit-campaign.ts'
import { updateCampaign } from '#lib/campaigns/update-campaign.ts'
import { db } from '#lib/db/client.ts'
import { publicAlternate } from '#lib/holds/list-notices.ts'
import { newId } from '#lib/ids.ts'
import { suspendGroup } from '#lib/vetting/end-approval.ts'
import { refusal } from '#tests/lib/donations/aftermath.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup } from '#tests/support/plant.ts'
import { makePerson } from './world.ts'

useDatabase()
let chapterId = ''
let organizer: UserActor
let treasurer: UserActor
let reviewer: UserActor
let groupId = ''

beforeAll(async () => {
  const names = { slug: newId(), name: 'River Chapter', legalName: 'River', city: 'Riga' }
  chapterId = (await db().chapter.create({ data: { ...names, country: 'LV', currency: 'USD' } })).id
  organizer = await makePerson(chapterId, 'Olena', 'organizer')
  treasurer = await makePerson(chapterId, 'Tamara', 'treasurer')
  reviewer = await makePerson(chapterId, 'Vera', 'vetting_reviewer')
  groupId = (await plantAidGroup({ chapterId })).id
})

const fields = (changes: object = {}) => ({
  ...{ chapterId, title: `Warm meals ${newId().slice(-6)}`, currency: 'USD', goal: '1000' },
  ...{ summary: 'Eight hundred warm meals a day for people who left.', deadline: '', coverFileId: '', coverAlt: '' },
  ...{ story: 'We cook every day. This money buys food for three months.', surplusRule: 'same_aid_group' },
  ...{ aidGroupIds: [groupId], budget: [{ category: 'food', description: 'Vegetables and grain', amount: '1000' }] },
  ...changes,
})

test('the alternate is another group than those of the campaign, and one that may be paid', async () => {
  const same = await refusal(createCampaign(organizer, fields({ alternateAidGroupId: groupId })))
  expect(same.fields['alternateAidGroupId']).toEqual([expect.stringContaining('for already')])
  const nobody = await refusal(createCampaign(organizer, fields({ alternateAidGroupId: newId() })))
  expect(nobody.fields['alternateAidGroupId']).toEqual(['Choose from the list.'])
  const { id: suspended } = await plantAidGroup({ chapterId })
  await suspendGroup(reviewer, { aidGroupId: suspended, reason: 'A look is needed.' })
  const held = await refusal(createCampaign(organizer, fields({ alternateAidGroupId: suspended })))
  expect(held.fields['alternateAidGroupId']).toEqual([expect.stringContaining('cannot be chosen')])
})

test('a reviewer reads it, givers read it, and after the review nobody changes it', async () => {
  const { id: alternateAidGroupId } = await plantAidGroup({
    chapterId,
    name: 'Second kitchen',
    publicAlias: 'A kitchen',
  })
  const campaignId = await createCampaign(organizer, fields({ alternateAidGroupId: '' }))
  await updateCampaign(organizer, fields({ campaignId, version: 1, alternateAidGroupId }))
  expect((await findCampaign(organizer, campaignId)).alternate?.name).toBe('Second kitchen')
  await submitCampaign(organizer, { campaignId, version: 2 })
  const change = db().campaign.update({ where: { id: campaignId }, data: { alternateAidGroupId: null } })
  await expect(change).rejects.toThrow(/CP313/)
  await reviewCampaign(treasurer, { campaignId, version: 3, decision: 'approve', note: 'Read it all' })
  const { slug } = await db().campaign.findUniqueOrThrow({ where: { id: campaignId } })
  expect(await findPublicCampaign(slug)).toBeTruthy()
  expect(await publicAlternate(campaignId)).toMatchObject({ name: 'A kitchen' })
  // It comes in only after givers have chosen.
  const early = db().campaignAidGroup.create({ data: { campaignId, aidGroupId: alternateAidGroupId } })
  await expect(early).rejects.toThrow(/CP313/)
})

test('an alternate that was suspended since stops the submission', async () => {
  const { id: alternateAidGroupId } = await plantAidGroup({ chapterId })
  const campaignId = await createCampaign(organizer, fields({ alternateAidGroupId }))
  await suspendGroup(reviewer, { aidGroupId: alternateAidGroupId, reason: 'A look is needed.' })
  const { fields: at } = await refusal(submitCampaign(organizer, { campaignId, version: 1 }))
  expect(at['alternateAidGroupId']).toEqual([expect.stringContaining('Suspended')])
})
