import { beforeAll, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { closeCampaign } from '#lib/campaigns/close-campaign.ts'
import { createCampaign } from '#lib/campaigns/create-campaign.ts'
import { pauseCampaign, resumeCampaign } from '#lib/campaigns/pause-campaign.ts'
import { publishUpdate } from '#lib/campaigns/publish-update.ts'
import { findCampaign } from '#lib/campaigns/queries.ts'
import { reviewCampaign } from '#lib/campaigns/review-campaign.ts'
import { settleCampaign } from '#lib/campaigns/settle-campaign.ts'
import { submitCampaign } from '#lib/campaigns/submit-campaign.ts'
import { updateCampaign } from '#lib/campaigns/update-campaign.ts'
import { db } from '#lib/db/client.ts'
import { addEvidence } from '#lib/disbursements/add-evidence.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { cancelDisbursement } from '#lib/disbursements/cancel-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { editDisbursement } from '#lib/disbursements/edit-disbursement.ts'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import { rejectDisbursement } from '#lib/disbursements/reject-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { returnWire } from '#lib/disbursements/return-wire.ts'
import { startWire } from '#lib/disbursements/start-wire.ts'
import { newId } from '#lib/ids.ts'
import { approveGroup } from '#lib/vetting/approve-group.ts'
import { expireGroup, reinstateGroup, rejectGroup, suspendGroup, withdrawGroup } from '#lib/vetting/end-approval.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import { findAidGroup } from '#lib/vetting/queries.ts'
import {
  answerInfo,
  recommendGroup,
  renewReview,
  requestInfo,
  sendBackReview,
  startReview,
} from '#lib/vetting/review-group.ts'
import { evidence, makePerson, makeWorld, request, type World } from '#tests/lib/disbursements/fixture.ts'
import { useDatabase } from '#tests/support/database.ts'

useDatabase()
let world: World
let stranger: UserActor
let disbursementId = ''
beforeAll(async () => {
  world = await makeWorld()
  disbursementId = await request(world)
  const elsewhere = await makeWorld({ bankMinor: 0n })
  stranger = await makePerson(elsewhere.chapter.id, 'Sol', 'organizer', 'treasurer', 'vetting_reviewer', 'auditor')
})

const refusals = (subjectId: string) => db().auditEvent.count({ where: { subjectId, action: 'access.refuse' } })

/** Each of them answers "not found" and leaves one row. */
async function expectRefused(subjectId: string, tries: readonly (() => Promise<unknown>)[]) {
  const before = await refusals(subjectId)
  for (const [index, attempt] of tries.entries()) {
    await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
    expect(await refusals(subjectId)).toBe(before + index + 1)
  }
  const last = await db().auditEvent.findFirstOrThrow({ where: { subjectId }, orderBy: { id: 'desc' } })
  expect(last).toMatchObject({ actorId: stranger.userId, chapterId: world.chapter.id })
}

test('whoever reads or changes another chapter’s campaign finds nothing and leaves a row in the audit log', async () => {
  const campaignId = world.campaign.id
  const step = { campaignId, reason: 'For this reason' }
  await expectRefused(campaignId, [
    () => findCampaign(stranger, campaignId),
    () => updateCampaign(stranger, { campaignId, version: 1 }),
    () => submitCampaign(stranger, { campaignId, version: 1 }),
    () => reviewCampaign(stranger, { campaignId, version: 1, decision: 'approve', note: '' }),
    () => pauseCampaign(stranger, step),
    () => resumeCampaign(stranger, step),
    () => closeCampaign(stranger, step),
    () => settleCampaign(stranger, step),
    () => publishUpdate(stranger, { campaignId, title: 'News of ours', body: 'Nothing that is true.' }),
    () => requestDisbursement(stranger, { campaignId }),
  ])
  expect((await findCampaign(world.organizer, campaignId)).status).toBe('live')
})

test('whoever reads or changes another chapter’s aid group finds nothing and leaves a row in the audit log', async () => {
  const aidGroupId = world.group.id
  const step = { aidGroupId, reason: 'For this reason' }
  const writes = [startReview, renewReview, recommendGroup, requestInfo, answerInfo, sendBackReview]
  const ends = [suspendGroup, reinstateGroup, rejectGroup, withdrawGroup, expireGroup]
  await expectRefused(aidGroupId, [
    () => findAidGroup(stranger, aidGroupId),
    ...[...writes, ...ends].map((write) => () => write(stranger, step)),
    () => approveGroup(stranger, { ...step, riskTier: 'low', until: '', conditions: '' }),
  ])
  expect((await findAidGroup(world.organizer, aidGroupId)).status).toBe('approved')
})

test('whoever reads or changes another chapter’s disbursement finds nothing and leaves a row in the audit log', async () => {
  const step = { disbursementId, version: 1, reason: 'For this reason', wireReference: 'FT-STRANGER-1' }
  const writes = [
    approveDisbursement,
    rejectDisbursement,
    cancelDisbursement,
    startWire,
    releaseDisbursement,
    returnWire,
  ]
  await expectRefused(disbursementId, [
    () => findDisbursement(stranger, disbursementId),
    ...[...writes, editDisbursement, confirmReceipt].map((write) => () => write(stranger, step)),
    () => addEvidence(stranger, { disbursementId, ...evidence() }),
  ])
  expect((await findDisbursement(world.organizer, disbursementId)).status).toBe('requested')
})

test('opening a campaign or nominating a group in another chapter leaves a row; in the own chapter it does not', async () => {
  const chapterId = world.chapter.id
  const before = await refusals(chapterId)
  const nomination = { name: 'Kitchen', legalName: 'Kitchen', country: 'Ukraine', region: 'Kyiv' }
  const nominate = (actor: UserActor) =>
    nominateGroup(actor, { ...nomination, chapterId, summary: 'Cooks for many people each day.' })
  const create = (actor: UserActor) => createCampaign(actor, { chapterId, currency: 'USD' })
  for (const attempt of [nominate, create]) {
    await expect(attempt(stranger)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt(world.auditor)).rejects.toMatchObject({ code: 'forbidden' })
  }
  expect(await refusals(chapterId)).toBe(before + 2)
})

test('what does not exist, and what a guest asks for, leaves no row', async () => {
  const nowhere = newId()
  await expect(closeCampaign(stranger, { campaignId: nowhere, reason: 'It ended' })).rejects.toMatchObject({
    code: 'not_found',
  })
  expect(await refusals(nowhere)).toBe(0)
  const before = await refusals(world.campaign.id)
  const guest = closeCampaign({ kind: 'guest' }, { campaignId: world.campaign.id, reason: 'It ended' })
  await expect(guest).rejects.toMatchObject({ code: 'not_found' })
  expect(await refusals(world.campaign.id)).toBe(before)
})
