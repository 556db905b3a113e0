import { afterEach, beforeAll, expect, test } from 'vitest'
import { closeDueCampaigns } from '#lib/campaigns/close-due-campaigns.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { makeChapter } from '#tests/lib/vetting/people.ts'
import { useDatabase } from '#tests/support/database.ts'
import { plantCampaign } from '#tests/support/plant.ts'

const database = useDatabase()
const WORKER = { kind: 'system', name: 'worker' } as const
const LAST_DAY = '2026-03-31'
let chapterId = ''
let restore = () => {}
const timeIs = (text: string) => {
  restore()
  restore = replaceClock(() => new Date(text))
}
const plant = (deadline: string | null) =>
  plantCampaign({ chapterId, deadline: deadline === null ? null : new Date(deadline) })
const row = (id: string) => db().campaign.findUniqueOrThrow({ where: { id } })

beforeAll(async () => {
  chapterId = (await makeChapter()).id
})
afterEach(async () => {
  restore()
  restore = () => {}
  await db().campaign.updateMany({ where: { status: { in: ['live', 'paused'] } }, data: { status: 'closed' } })
})

test('a campaign closes the day after its last day for gifts, in UTC', async () => {
  const { id } = await plant(LAST_DAY)
  timeIs('2026-03-31T23:59:59.999Z')
  expect(await closeDueCampaigns(WORKER)).toBe(0)
  expect((await row(id)).status).toBe('live')
  timeIs('2026-04-01T00:00:00.000Z')
  expect(await closeDueCampaigns(WORKER)).toBe(1)
  expect(await row(id)).toMatchObject({ status: 'closed', closedAt: new Date('2026-04-01T00:00:00.000Z') })
})

test('a paused campaign closes too; one without a deadline stays open', async () => {
  const paused = await plant(LAST_DAY)
  await db().campaign.update({ where: { id: paused.id }, data: { status: 'paused' } })
  const open = await plant(null)
  timeIs('2026-05-01T12:00:00Z')
  expect(await closeDueCampaigns(WORKER)).toBe(1)
  expect([(await row(paused.id)).status, (await row(open.id)).status]).toEqual(['closed', 'live'])
})

test('closing has its history and its audit row, once, however often and from however many workers it runs', async () => {
  const { id } = await plant(LAST_DAY)
  timeIs('2026-05-01T12:00:00Z')
  const counts = await Promise.all(Array.from({ length: 5 }, () => closeDueCampaigns(WORKER)))
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1)
  expect(await closeDueCampaigns(WORKER)).toBe(0)
  const audit = await db().auditEvent.findMany({ where: { subjectId: id, action: 'campaign.close' } })
  expect(audit).toMatchObject([{ actorId: 'system:worker', chapterId, reason: 'The last day for gifts is over.' }])
  expect(await db().campaignTransition.count({ where: { campaignId: id, event: 'close' } })).toBe(1)
})

test('one campaign that cannot be closed does not keep the others open', async () => {
  const stuck = await plant(LAST_DAY)
  const other = await plant(LAST_DAY)
  const owner = await database.asOwner()
  await owner.query(
    `CREATE TRIGGER stuck BEFORE UPDATE ON campaign FOR EACH ROW WHEN (NEW.id = '${stuck.id}') EXECUTE FUNCTION refuse_change()`,
  )
  timeIs('2026-05-01T12:00:00Z')
  expect(await closeDueCampaigns(WORKER)).toBe(1)
  expect([(await row(stuck.id)).status, (await row(other.id)).status]).toEqual(['live', 'closed'])
  await owner.query('DROP TRIGGER stuck ON campaign')
  expect(await closeDueCampaigns(WORKER)).toBe(1)
})
