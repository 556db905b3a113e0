import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { closeCampaign } from '#lib/campaigns/close-campaign.ts'
import { createCampaign } from '#lib/campaigns/create-campaign.ts'
import { pauseCampaign, resumeCampaign } from '#lib/campaigns/pause-campaign.ts'
import { actionsFor } from '#lib/campaigns/policy.ts'
import { publishUpdate } from '#lib/campaigns/publish-update.ts'
import {
  findCampaign,
  findPublicCampaign,
  listCampaigns,
  listPublicCampaigns,
  listReviewQueue,
} from '#lib/campaigns/queries.ts'
import { reviewCampaign } from '#lib/campaigns/review-campaign.ts'
import { campaignCurrencies } from '#lib/campaigns/schema.ts'
import { settleCampaign } from '#lib/campaigns/settle-campaign.ts'
import { campaignSteps } from '#lib/campaigns/states.ts'
import { submitCampaign } from '#lib/campaigns/submit-campaign.ts'
import { aidCategories, type CampaignStatus } from '#lib/campaigns/types.ts'
import { updateCampaign } from '#lib/campaigns/update-campaign.ts'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import { approveGroup } from '#lib/vetting/approve-group.ts'
import { suspendGroup } from '#lib/vetting/end-approval.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import { recommendGroup, startReview } from '#lib/vetting/review-group.ts'
import { makeChapter, makePerson } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantGreenGates } from '#tests/support/plant.ts'

const database = useDatabase()
let chapterId = ''
let organizer: UserActor
let colleague: UserActor
let treasurer: UserActor
let reviewer: UserActor
let aidGroupId = ''
let campaignId = ''

const fields = (changes: object = {}) => ({
  chapterId,
  title: 'Warm meals for Kharkiv',
  summary: 'Eight hundred warm meals a day for people who left their homes.',
  story: 'We cook **every day**. This money buys food and gas for three months.',
  currency: 'USD',
  goal: '1000',
  deadline: '',
  coverFileId: '',
  coverAlt: '',
  surplusRule: 'same_aid_group',
  aidGroupIds: [aidGroupId],
  budget: [
    { category: 'food', description: 'Vegetables and grain', amount: '900.50' },
    { category: '', description: ' ', amount: '' },
    { category: 'power', description: 'Gas for the stoves', amount: '99.50' },
  ],
  ...changes,
})
const version = async () => (await db().campaign.findUniqueOrThrow({ where: { id: campaignId } })).version
const submit = async (actor = organizer) => submitCampaign(actor, { campaignId, version: await version() })
const review = async (actor: UserActor, decision: 'approve' | 'send_back' = 'approve', note = 'Read it all') =>
  reviewCampaign(actor, { campaignId, version: await version(), decision, note })
const because = { reason: 'For this reason' }
const status = async () => (await db().campaign.findUniqueOrThrow({ where: { id: campaignId } })).status
const makeLive = async () => {
  await submit()
  await review(treasurer)
}

async function makeApprovedGroup(): Promise<string> {
  const summary = 'Cooks 800 warm meals a day for people who left their homes.'
  const nomination = {
    chapterId,
    name: 'Kitchen on Wheels',
    legalName: 'Kitchen e.V.',
    summary,
    country: 'Ukraine',
    region: 'Kharkiv',
  }
  const id = await nominateGroup(organizer, nomination)
  const [first, second] = [
    await makePerson(chapterId, 'vetting_reviewer'),
    await makePerson(chapterId, 'vetting_reviewer'),
  ]
  await startReview(first, { aidGroupId: id, ...because })
  await plantGreenGates(id, { reviewedById: first.userId })
  await recommendGroup(first, { aidGroupId: id, ...because })
  await approveGroup(second, { aidGroupId: id, ...because, riskTier: 'low', until: '' })
  return id
}

beforeAll(async () => {
  chapterId = (await makeChapter()).id
  organizer = await makePerson(chapterId, 'organizer', 'treasurer')
  colleague = await makePerson(chapterId, 'organizer')
  treasurer = await makePerson(chapterId, 'treasurer')
  reviewer = await makePerson(chapterId, 'vetting_reviewer')
  aidGroupId = await makeApprovedGroup()
})
beforeEach(async () => {
  campaignId = await createCampaign(organizer, fields())
})

describe('the way to donors', () => {
  test('drafted, submitted, reviewed by another: live with its own restricted fund, history and audit rows', async () => {
    await makeLive()
    const campaign = await findCampaign(organizer, campaignId)
    expect(campaign.status).toBe('live')
    expect(campaign.budget.map(({ category, amountMinor }) => [category, amountMinor])).toEqual([
      ['food', 90050n],
      ['power', 9950n],
    ])
    expect(campaign.history.map(({ event, from, to }) => [event, from, to])).toEqual([
      ['submit', 'draft', 'in_review'],
      ['approve', 'in_review', 'live'],
    ])
    const [fund] = await db().$queryRaw<object[]>`
      SELECT chapter_id, campaign_id, restriction, currency FROM ledger.funds WHERE id = ${campaign.fundId}`
    expect(fund).toEqual({ chapter_id: chapterId, campaign_id: campaignId, restriction: 'with', currency: 'USD' })
    const audit = await db().auditEvent.findMany({ where: { subjectId: campaignId }, orderBy: { id: 'asc' } })
    expect(audit.map(({ action }) => action)).toEqual(['campaign.create', 'campaign.submit', 'campaign.approve'])
    expect((await listPublicCampaigns()).map(({ id }) => id)).toContain(campaignId)
    const shown = await findPublicCampaign(campaign.slug)
    expect(shown?.storyHtml).toContain('<strong>every day</strong>')
    expect(shown?.aidGroups[0]?.name).toBe('Kitchen on Wheels')
    expect(Object.keys(shown ?? {}).join()).not.toMatch(/createdById|submittedById|reviewedById|reviewNote|version/)
  })

  test('sent back with a note, changed, and sent again', async () => {
    await submit()
    await review(colleague, 'send_back', 'Say where the gas comes from')
    expect(await findCampaign(organizer, campaignId)).toMatchObject({
      status: 'draft',
      reviewNote: 'Say where the gas comes from',
    })
    await updateCampaign(organizer, fields({ campaignId, version: await version(), title: 'Warm meals, again' }))
    await makeLive()
    expect(await status()).toBe('live')
  })

  test('paused, resumed, closed, settled when nothing is left', async () => {
    await makeLive()
    await pauseCampaign(organizer, { campaignId, ...because })
    expect(await status()).toBe('paused')
    await resumeCampaign(colleague, { campaignId, ...because })
    await closeCampaign(organizer, { campaignId, ...because })
    await expect(settleCampaign(colleague, { campaignId, ...because })).rejects.toMatchObject({ code: 'forbidden' })
    await settleCampaign(treasurer, { campaignId, ...because })
    expect(await status()).toBe('settled')
  })

  test('not settled while money is left', async () => {
    await makeLive()
    await closeCampaign(organizer, { campaignId, ...because })
    const { fundId } = await findCampaign(organizer, campaignId)
    await db().$transaction((tx) =>
      postGift(tx, {
        idempotencyKey: `test:${campaignId}`,
        sourceType: 'test',
        sourceId: campaignId,
        effectiveAt: new Date(),
        actorId: 'test',
        fundId: fundId ?? 0n,
        giftMinor: 2500n,
        coverMinor: 0n,
        feeMinor: 103n,
      }),
    )
    await expect(settleCampaign(treasurer, { campaignId, ...because })).rejects.toThrow('$23.97 is left')
  })

  test('an update is published with its text made safe, and never before the campaign is public', async () => {
    const update = { campaignId, title: 'First week', body: 'We cooked 5,600 meals. <script>alert(1)</script>' }
    await expect(publishUpdate(organizer, update)).rejects.toMatchObject({ code: 'wrong_state' })
    await makeLive()
    await publishUpdate(colleague, update)
    await expect(publishUpdate(treasurer, update)).rejects.toMatchObject({ code: 'forbidden' })
    const shown = await findPublicCampaign((await findCampaign(organizer, campaignId)).slug)
    expect(shown?.updates[0]).toMatchObject({ title: 'First week' })
    expect(shown?.updates[0]?.bodyHtml).not.toContain('<script>')
  })

  test('the picture becomes public with the campaign and not before', async () => {
    const fileId = newId()
    const file = {
      id: fileId,
      storageKey: fileId,
      sha256: 'x',
      mediaType: 'image/jpeg',
      byteCount: 1,
      fileName: 'a.jpg',
    }
    await db().storedFile.create({ data: { ...file, chapterId, uploadedById: organizer.userId } })
    campaignId = await createCampaign(organizer, fields({ coverFileId: fileId, coverAlt: 'A pot of soup' }))
    await submit()
    expect((await db().storedFile.findUniqueOrThrow({ where: { id: fileId } })).isPublic).toBe(false)
    await review(treasurer)
    expect((await db().storedFile.findUniqueOrThrow({ where: { id: fileId } })).isPublic).toBe(true)
  })
})

describe('who may not', () => {
  test('cannot review own campaign', async () => {
    await submit()
    await expect(review(organizer)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await expect(review(organizer, 'send_back')).rejects.toMatchObject({ code: 'segregation_of_duties' })
    expect(await status()).toBe('in_review')
  })

  test('cannot review a campaign one submitted or edited', async () => {
    await submit(colleague)
    await expect(review(colleague)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    await review(treasurer, 'send_back')
    const third = await makePerson(chapterId, 'organizer')
    await updateCampaign(third, fields({ campaignId, version: await version() }))
    await submit()
    await expect(review(third)).rejects.toMatchObject({ code: 'segregation_of_duties' })
    expect((await listReviewQueue(third)).find(({ id }) => id === campaignId)?.refusal).toContain('another person')
  })

  test('administrators, vetting reviewers, auditors and guests do not review', async () => {
    await submit()
    const admin: UserActor = { ...(await makePerson(chapterId)), isAdmin: true }
    await expect(review(admin)).rejects.toMatchObject({ code: 'not_found' })
    await expect(review(reviewer)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(review(await makePerson(chapterId, 'auditor'))).rejects.toMatchObject({ code: 'forbidden' })
    const guest = reviewCampaign({ kind: 'guest' }, { campaignId, version: 1, decision: 'approve', note: '' })
    await expect(guest).rejects.toMatchObject({ code: 'not_signed_in' })
  })

  test("another chapter's campaign is not found, whatever is asked, and the try is audited", async () => {
    const elsewhere = await makePerson((await makeChapter()).id, 'organizer', 'treasurer')
    const notFound = { code: 'not_found' }
    await expect(findCampaign(elsewhere, campaignId)).rejects.toMatchObject(notFound)
    await expect(findCampaign(elsewhere, '1 OR 1=1')).rejects.toMatchObject(notFound)
    await expect(updateCampaign(elsewhere, fields({ campaignId, version: 1 }))).rejects.toMatchObject(notFound)
    await expect(submit(elsewhere)).rejects.toMatchObject(notFound)
    await submit()
    await expect(review(elsewhere)).rejects.toMatchObject(notFound)
    for (const write of [pauseCampaign, resumeCampaign, closeCampaign, settleCampaign]) {
      await expect(write(elsewhere, { campaignId, ...because })).rejects.toMatchObject(notFound)
    }
    await expect(createCampaign(elsewhere, fields())).rejects.toMatchObject({ code: 'forbidden' })
    expect(await listCampaigns(elsewhere)).toEqual([])
    expect(await listReviewQueue(elsewhere)).toEqual([])
    expect(await db().auditEvent.count({ where: { subjectId: campaignId, action: 'access.refuse' } })).toBe(8)
  })

  test('a draft is not public, and neither is one in review', async () => {
    const { slug } = await findCampaign(organizer, campaignId)
    expect(await findPublicCampaign(slug)).toBeNull()
    await submit()
    expect(await findPublicCampaign(slug)).toBeNull()
  })

  test('a page is told the reason for each action that is not available', async () => {
    const actions = actionsFor(treasurer, await findCampaign(treasurer, campaignId))
    expect(actions.submit?.message).toBe('Only an organizer of this chapter can do this.')
    expect(actions.pause?.message).toBe('Only a live campaign can be paused.')
    expect(actionsFor(organizer, await findCampaign(organizer, campaignId)).submit).toBeNull()
  })
})

describe('what going live needs', () => {
  test('a budget that adds up to the goal, and an approved aid group', async () => {
    campaignId = await createCampaign(organizer, fields({ budget: [], aidGroupIds: [] }))
    await expect(submit()).rejects.toMatchObject({
      fieldErrors: { budget: [expect.any(String)], aidGroupIds: [expect.any(String)] },
    })
    campaignId = await createCampaign(organizer, fields({ goal: '1000.01' }))
    await expect(submit()).rejects.toThrow('must add up to the goal exactly')
  })

  test('an aid group that was suspended after the submission stops it', async () => {
    const held = await makeApprovedGroup()
    campaignId = await createCampaign(organizer, fields({ aidGroupIds: [aidGroupId, held] }))
    await submit()
    await suspendGroup(reviewer, { aidGroupId: held, ...because })
    await expect(review(treasurer)).rejects.toMatchObject({ code: 'aid_group_not_approved' })
    expect(await status()).toBe('in_review')
    await expect(createCampaign(organizer, fields({ aidGroupIds: [held] }))).rejects.toMatchObject({
      fieldErrors: { aidGroupIds: [expect.stringContaining('Suspended')] },
    })
  })

  test('a reviewer cannot approve a text that changed after it was read', async () => {
    await submit()
    const read = await version()
    await review(treasurer, 'send_back')
    await updateCampaign(organizer, fields({ campaignId, version: await version(), title: 'Something else entirely' }))
    await submit()
    const late = reviewCampaign(treasurer, { campaignId, version: read, decision: 'approve', note: '' })
    await expect(late).rejects.toMatchObject({ code: 'conflict' })
  })

  test('two approvals at once make one fund', async () => {
    await submit()
    const tries = await Promise.allSettled([review(treasurer), review(colleague)])
    expect(tries.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    const [funds] = await db().$queryRaw<
      { count: bigint }[]
    >`SELECT count(*) FROM ledger.funds WHERE campaign_id = ${campaignId}::uuid`
    expect(funds?.count).toBe(1n)
  })
})

describe('two people with one draft', () => {
  test('the second save is a conflict and changes nothing', async () => {
    const read = await version()
    await updateCampaign(colleague, fields({ campaignId, version: read, title: 'The first to save' }))
    const second = updateCampaign(organizer, fields({ campaignId, version: read, title: 'The second to save' }))
    await expect(second).rejects.toMatchObject({ code: 'conflict' })
    expect((await findCampaign(organizer, campaignId)).title).toBe('The first to save')
  })

  test('only a draft can be edited', async () => {
    await submit()
    const edit = updateCampaign(organizer, fields({ campaignId, version: await version() }))
    await expect(edit).rejects.toMatchObject({ code: 'wrong_state' })
  })
})

describe('the database by itself', () => {
  test('allows exactly the steps of the transition table', async () => {
    const rows = await db().$queryRaw<{ from: CampaignStatus; to: CampaignStatus; legal: boolean }[]>`
      SELECT a AS "from", b AS "to", campaign_step_is_legal(a, b) AS legal
      FROM unnest(enum_range(NULL::campaign_status)) AS a, unnest(enum_range(NULL::campaign_status)) AS b`
    const inCode = new Set(Object.values(campaignSteps).flatMap(({ from, to }) => from.map((one) => `${one} ${to}`)))
    expect(new Set(rows.filter(({ legal }) => legal).map(({ from, to }) => `${from} ${to}`))).toEqual(inCode)
  })

  test('knows exactly the categories and currencies of the forms', async () => {
    const rows = await db().$queryRaw<{ name: string }[]>`SELECT unnest(enum_range(NULL::aid_category))::text AS name`
    expect(rows.map(({ name }) => name)).toEqual([...aidCategories])
    const known = await db().$queryRaw<{ code: string }[]>`SELECT code FROM ledger.currencies`
    const codes = new Set(known.map(({ code }) => code))
    expect(campaignCurrencies.filter((code) => !codes.has(code))).toEqual([])
  })

  test('refuses jumps, own reviews, unvetted groups and edits after submission, to the app as well', async () => {
    const app = await database.asApp()
    const update = (set: string) => app.query(`UPDATE campaign SET ${set} WHERE id = '${campaignId}'`)
    const live = (by: string) => update(`status = 'live', fund_id = 987654, reviewed_by_id = '${by}', live_at = now()`)
    await expect(live(treasurer.userId)).rejects.toThrow('not a legal step')
    await expect(update(`status = 'settled'`)).rejects.toThrow(/not a legal step|campaign_live_has_fund/)
    await submit()
    await expect(live(organizer.userId)).rejects.toThrow(/campaign_reviewed_by_another|made, edited or submitted/)
    await expect(update(`title = 'Other', goal_minor = 1`)).rejects.toThrow('only a draft')
    await expect(update(`surplus_rule = 'next_campaign'`)).rejects.toThrow('only a draft')
    await expect(update(`created_by_id = '${treasurer.userId}'`)).rejects.toThrow('never change')
    await expect(app.query(`DELETE FROM budget_line WHERE campaign_id = '${campaignId}'`)).rejects.toThrow(
      'only a draft',
    )
    await expect(
      app.query(
        `INSERT INTO budget_line (campaign_id, category, description, amount_minor, position) VALUES ('${campaignId}', 'food', 'x', 1, 8)`,
      ),
    ).rejects.toThrow('only a draft')
    await review(treasurer)
    await expect(
      app.query(`INSERT INTO campaign_aid_group (campaign_id, aid_group_id) VALUES ('${campaignId}', '${newId()}')`),
    ).rejects.toThrow('only a draft')
    await expect(
      app.query(`INSERT INTO campaign_transition (campaign_id, event, from_status, to_status, actor_id)
        VALUES ('${campaignId}', 'approve', 'draft', 'live', 'x')`),
    ).rejects.toThrow('campaign_transition')
    await expect(update(`status = 'draft'`)).rejects.toThrow('not a legal step')
    await expect(update(`goal_minor = 5`)).rejects.toThrow('only a draft')
    await expect(update(`fund_id = 5`)).rejects.toThrow('its fund never changes')
    await expect(app.query('DELETE FROM campaign')).rejects.toThrow('permission denied')
    await expect(app.query('DELETE FROM campaign_transition')).rejects.toThrow('permission denied')
    await expect(app.query(`UPDATE campaign_update SET title = 'x'`)).rejects.toThrow('permission denied')
  })

  test('refuses to go live by raw SQL with an editor as reviewer or a suspended group', async () => {
    const app = await database.asApp()
    const held = await makeApprovedGroup()
    campaignId = await createCampaign(organizer, fields({ aidGroupIds: [held] }))
    await updateCampaign(colleague, fields({ campaignId, version: 1, aidGroupIds: [held] }))
    await submit()
    const live = (by: string) =>
      app.query(
        `UPDATE campaign SET status = 'live', fund_id = 987654, reviewed_by_id = '${by}' WHERE id = '${campaignId}'`,
      )
    await expect(live(colleague.userId)).rejects.toThrow('made, edited or submitted')
    await suspendGroup(reviewer, { aidGroupId: held, ...because })
    await expect(live(treasurer.userId)).rejects.toThrow('each of its aid groups must be approved')
  })
})

describe('bad input', () => {
  const row = (changes: object) => [
    { category: 'food', description: 'Flour', amount: '1' },
    { category: 'food', description: 'Oil', amount: '1', ...changes },
  ]
  const wrong: [string, object][] = [
    ['title', { title: '' }],
    ['title', { title: 'abc' }],
    ['title', { title: 'x'.repeat(101) }],
    ['title', { title: 'Warm meals\r\nBcc: everybody@example.org' }],
    ['title', { title: 'Warm meals \u202eslaem' }],
    ['summary', { summary: 'too short' }],
    ['summary', { summary: 'x'.repeat(100_000) }],
    ['story', { story: '' }],
    ['story', { story: 'x'.repeat(20_001) }],
    ['story', { story: `${'x'.repeat(60)}\u0000` }],
    ['goal', { goal: '' }],
    ['goal', { goal: '0' }],
    ['goal', { goal: '-5' }],
    ['goal', { goal: '4.999' }],
    ['goal', { goal: '1e21' }],
    ['goal', { goal: '٥' }],
    ['goal', { goal: '9'.repeat(13) }],
    ['goal', { goal: '9'.repeat(5_000) }],
    ['goal', { goal: '10' }],
    ['goal', { goal: 1000 }],
    ['currency', { currency: 'XXX' }],
    ['currency', { currency: 'usd' }],
    ['deadline', { deadline: '2020-01-01' }],
    ['deadline', { deadline: '2027-02-30' }],
    ['deadline', { deadline: 'soon' }],
    ['surplusRule', { surplusRule: '' }],
    ['surplusRule', { surplusRule: 'keep_it' }],
    ['aidGroupIds', { aidGroupIds: [newId()] }],
    ['coverFile', { coverFileId: newId(), coverAlt: 'A pot' }],
    ['coverFileId', { coverFileId: '../../etc/passwd', coverAlt: 'A pot' }],
    ['budget.1.amount', { budget: row({ amount: '4.999' }) }],
    ['budget.1.amount', { budget: row({ amount: '' }) }],
    ['budget.1.category', { budget: row({ category: '' }) }],
    ['budget.1.category', { budget: row({ category: 'weapons' }) }],
    ['budget.1.description', { budget: row({ description: '' }) }],
    ['budget', { budget: Array.from({ length: 10 }, () => ({ category: 'food', description: 'Flour', amount: '1' })) }],
  ]
  test.each(wrong)('%s says what is wrong (%#)', async (field, changes) => {
    await expect(createCampaign(organizer, fields(changes))).rejects.toMatchObject({
      code: 'invalid_input',
      fieldErrors: { [field]: [expect.any(String)] },
    })
  })

  test('every wrong field is told at once', async () => {
    const input = fields({ title: '', goal: '4.999', deadline: 'x', budget: row({ amount: '1e21' }) })
    const error = await createCampaign(organizer, input).catch((thrown: { fieldErrors: object }) => thrown)
    expect(Object.keys((error as { fieldErrors: object }).fieldErrors).sort()).toEqual([
      'budget.1.amount',
      'deadline',
      'goal',
      'title',
    ])
  })

  test("another chapter's picture cannot be used", async () => {
    const id = newId()
    const file = { id, storageKey: id, sha256: 'x', mediaType: 'image/png', byteCount: 1, fileName: 'a.png' }
    await db().storedFile.create({ data: { ...file, chapterId: newId(), uploadedById: organizer.userId } })
    await expect(createCampaign(organizer, fields({ coverFileId: id, coverAlt: 'x' }))).rejects.toMatchObject({
      code: 'invalid_input',
    })
  })

  test('hostile but honest text is kept as text; fields nobody asked for are ignored', async () => {
    const title = `<script>alert(1)</script> "O'Brien" =HYPERLINK()`
    campaignId = await createCampaign(
      organizer,
      fields({ title, status: 'live', fundId: 1n, createdById: treasurer.userId }),
    )
    expect(await findCampaign(organizer, campaignId)).toMatchObject({
      title,
      status: 'draft',
      fundId: null,
      createdById: organizer.userId,
    })
  })

  test('amounts follow the currency: yen have no decimals, dinars three', async () => {
    const budget = [{ category: 'food', description: 'Rice', amount: '1000' }]
    campaignId = await createCampaign(organizer, fields({ currency: 'JPY', goal: '1000', budget }))
    expect((await findCampaign(organizer, campaignId)).goalMinor).toBe(1000n)
    const dinars = fields({ currency: 'KWD', goal: '1.500', budget: [] })
    campaignId = await createCampaign(organizer, dinars)
    expect((await findCampaign(organizer, campaignId)).goalMinor).toBe(1500n)
  })

  test('campaigns of one title have different addresses', async () => {
    const slugs = [await createCampaign(organizer, fields()), await createCampaign(organizer, fields())]
    const rows = await db().campaign.findMany({ where: { id: { in: slugs } } })
    expect(new Set(rows.map(({ slug }) => slug)).size).toBe(2)
  })
})
