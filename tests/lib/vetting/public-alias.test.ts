import { beforeAll, expect, test } from 'vitest'
import type { UserActor } from '#lib/auth/types.ts'
import { createCampaign } from '#lib/campaigns/create-campaign.ts'
import { publishUpdate } from '#lib/campaigns/publish-update.ts'
import { db } from '#lib/db/client.ts'
import { addEvidence } from '#lib/disbursements/add-evidence.ts'
import { findDisbursement } from '#lib/disbursements/find-disbursement.ts'
import { findRequestTarget, listDisbursements } from '#lib/disbursements/queries.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { newId } from '#lib/ids.ts'
import { findPurposeCase } from '#lib/purposes/queries.ts'
import { tellsName } from '#lib/vetting/check-names.ts'
import { nominateGroup } from '#lib/vetting/nominate-group.ts'
import { findPublicAidGroup } from '#lib/vetting/queries.ts'
import { setPublicAlias } from '#lib/vetting/set-public-alias.ts'
import { startApplication } from '#lib/vetting/start-application.ts'
import { evidence, makePerson, makeWorld, request, type World } from '#tests/lib/disbursements/fixture.ts'
import { refusal } from '#tests/lib/donations/aftermath.ts'
import { disburse } from '#tests/lib/reports/world.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantAidGroup, plantCampaign } from '#tests/support/plant.ts'

useDatabase()

const ALIAS = 'A kitchen in the east'
let world: World
let reviewer: UserActor
let sentId: string
let oldSlug: string

beforeAll(async () => {
  world = await makeWorld()
  reviewer = world.vetters[0]!
  sentId = await disburse(world, '100.00', 'released')
  const group = await db().aidGroup.findUniqueOrThrow({ where: { id: world.group.id } })
  oldSlug = group.slug
})

const fields = (changes: object = {}) => ({
  ...{ aidGroupId: world.group.id, publicAlias: ALIAS, publishAfterDays: '' },
  ...{ summary: 'Cooks warm meals for people who left.', ...changes },
})
const realName = async () => (await db().aidGroup.findUniqueOrThrow({ where: { id: world.group.id } })).name

test('only a vetting reviewer of the chapter gives an aid group a public name', async () => {
  for (const actor of [world.organizer, world.approver, world.auditor]) {
    await expect(setPublicAlias(actor, fields())).rejects.toMatchObject({ code: 'forbidden' })
  }
  const other = await makeWorld({ bankMinor: 0n })
  await expect(setPublicAlias(other.vetters[0]!, fields())).rejects.toMatchObject({ code: 'not_found' })
})

test('a public name and what it does tell nothing of the real name', async () => {
  const name = await realName()
  const told = await refusal(
    setPublicAlias(
      reviewer,
      fields({ publicAlias: `The ${name.toUpperCase()}`, summary: `${name} cooks warm meals.` }),
    ),
  )
  expect(Object.keys(told.fields).sort()).toEqual(['publicAlias', 'summary'])
})

test('an address never changes by itself, and a public name is never taken away', async () => {
  const { id } = world.group
  const change = (data: object) => db().aidGroup.update({ where: { id }, data })
  await expect(change({ slug: `moved-${newId()}` })).rejects.toThrow(/CP301/)
  await expect(change({ chapterId: newId(), slug: 'x', publicAlias: 'x' })).rejects.toThrow(/CP301/)
})

test('the address follows the public name at once, the old one is gone, the name is screened, and the log has it', async () => {
  expect(await findPublicAidGroup(oldSlug)).not.toBeNull()
  const { slug } = await setPublicAlias(reviewer, fields())
  expect(slug).toBe('a-kitchen-in-the-east')
  expect(await findPublicAidGroup(oldSlug)).toBeNull()
  expect(await findPublicAidGroup(slug)).toMatchObject({ name: ALIAS })
  const [gap] = await db().$queryRaw<{ gap: string }[]>`
    SELECT aid_group_screening_gap(${world.group.id}::uuid, now()) AS gap`
  expect(gap?.gap).toBe('screening_list')
  const event = await db().auditEvent.findFirst({ where: { action: 'aid_group.set_public_alias' } })
  expect(event).toMatchObject({ actorId: reviewer.userId, subjectId: world.group.id })
  await expect(db().aidGroup.update({ where: { id: world.group.id }, data: { publicAlias: null } })).rejects.toThrow(
    /CP301/,
  )
})

test('payments become public later with it, and never sooner', async () => {
  await setPublicAlias(reviewer, fields({ publishAfterDays: '14' }))
  const sooner = await refusal(setPublicAlias(reviewer, fields({ publishAfterDays: '13' })))
  expect(Object.keys(sooner.fields)).toEqual(['publishAfterDays'])
})

test('the reviewer is told which campaigns’ texts still have the real name, because those cannot change', async () => {
  const name = await realName()
  const { id } = await plantCampaign({
    chapterId: world.chapter.id,
    aidGroupId: world.group.id,
    storyMarkdown: `Soup of ${name}.`,
  })
  const { title } = await db().campaign.findUniqueOrThrow({ where: { id } })
  const { toldIn } = await setPublicAlias(reviewer, fields({ publishAfterDays: '14' }))
  expect(toldIn).toEqual([title])
})

test('no text that becomes public is taken with the real name of a group that has another one', async () => {
  const name = await realName()
  const campaign = (changes: object) =>
    refusal(
      createCampaign(world.organizer, {
        ...{ chapterId: world.chapter.id, title: 'Warm meals in winter', currency: 'USD', goal: '1000', deadline: '' },
        ...{
          summary: 'Eight hundred warm meals a day.',
          story: 'We cook every day. This money buys food for three months.',
        },
        ...{ coverFileId: '', coverAlt: '', surplusRule: 'same_aid_group', alternateAidGroupId: '', aidGroupIds: [] },
        ...{ budget: [{ category: 'food', description: 'Grain', amount: '1000' }], ...changes },
      }),
    )
  expect(Object.keys((await campaign({ title: `For ${name}` })).fields)).toEqual(['title'])
  expect(
    Object.keys(
      (await campaign({ story: `We help “${name.toLowerCase()}”, which cooks for many people every day.` })).fields,
    ),
  ).toEqual(['story'])
  const update = publishUpdate(world.organizer, {
    campaignId: world.campaign.id,
    title: 'News',
    body: `${name} cooked today.`,
  })
  expect(Object.keys((await refusal(update)).fields)).toEqual(['body'])
  const lines = [{ category: 'food', description: `Flour for ${name}`, amount: '10' }]
  const ask = { campaignId: world.campaign.id, aidGroupId: world.group.id, purpose: `Food of ${name}`, lines }
  const asked = await refusal(requestDisbursement(world.organizer, ask))
  expect(Object.keys(asked.fields).sort()).toEqual(['lines.0.description', 'purpose'])
  const shown = addEvidence(world.organizer, { disbursementId: sentId, ...evidence(`Delivery to ${name}`) })
  expect(Object.keys((await refusal(shown)).fields)).toEqual(['caption'])
})

test('what a link alone can write stops no text: neither a stranger’s draft, nor other names that nobody approved', async () => {
  const nobody = { kind: 'guest' } as const
  const draft = { chapterId: world.chapter.id, name: 'Every day', publicName: 'Zzz', locale: 'en' }
  await startApplication(nobody, { ...draft, email: 'stranger@example.net' }, '192.0.2.7')
  expect(await db().aidGroup.count({ where: { name: 'Every day', publicAlias: 'Zzz' } })).toBe(1)
  const last = await db().dossierSection.findFirst({
    where: { aidGroupId: world.group.id, section: 'identity' },
    orderBy: { version: 'desc' },
  })
  await db().dossierSection.create({
    data: {
      ...{ aidGroupId: world.group.id, section: 'identity', version: (last?.version ?? 0) + 1, savedBy: 'system:seed' },
      ...{ data: { ...(last?.data as object), otherNames: ['Meals'] }, digest: 'b'.repeat(64) },
    },
  })
  await publishUpdate(world.organizer, { campaignId: world.campaign.id, title: 'Meals', body: 'We cook every day.' })
  const told = publishUpdate(world.organizer, {
    campaignId: world.campaign.id,
    title: 'Some news',
    body: await realName(),
  })
  expect(Object.keys((await refusal(told)).fields)).toContain('body')
})

test('a nomination with a public name tells the real one nowhere in what everybody reads', async () => {
  const nomination = {
    ...{ chapterId: world.chapter.id, name: 'Clinic Saltivka', publicAlias: 'A clinic', legalName: 'NGO Saltivka' },
    ...{ summary: 'Clinic Saltivka treats everybody who comes.', country: 'Ukraine', region: 'Kharkiv' },
  }
  expect(Object.keys((await refusal(nominateGroup(world.organizer, nomination))).fields)).toEqual(['summary'])
})

test('another chapter that pays the group knows it by its public name alone', async () => {
  const other = await makeWorld()
  const group = await plantAidGroup({ chapterId: world.chapter.id, name: 'Hidden hospital', publicAlias: 'A hospital' })
  await db().campaignAidGroup.create({ data: { campaignId: other.campaign.id, aidGroupId: group.id } })
  const id = await request({ ...other, group: { ...other.group, id: group.id } })
  const seen = [
    await findDisbursement(other.approver, id),
    await listDisbursements(other.approver),
    await findRequestTarget(other.organizer, other.campaign.id),
    await findPurposeCase(db(), id),
  ]
  const text = JSON.stringify(seen, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  expect(text).toContain('A hospital')
  expect(text).not.toContain('Hidden hospital')
  const own = await makePerson(world.chapter.id, 'Olha', 'organizer')
  await db().campaignAidGroup.create({ data: { campaignId: world.campaign.id, aidGroupId: group.id } })
  expect((await findRequestTarget(own, world.campaign.id)).aidGroups.map(({ name }) => name)).toContain(
    'Hidden hospital',
  )
})

test('a name is found whatever its case, spacing and punctuation, and only as whole words', () => {
  expect(tellsName('Thanks to «Кухня  Надії»!', 'кухня надії')).toBe(true)
  expect(tellsName('Field-kitchen No. 4 cooked', 'Field Kitchen No 4')).toBe(true)
  expect(tellsName('Hopeful people', 'Hope')).toBe(false)
  expect(tellsName('Anything', '—')).toBe(false)
})
