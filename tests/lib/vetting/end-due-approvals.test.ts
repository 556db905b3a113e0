import { afterEach, beforeAll, expect, test } from 'vitest'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { endDueApprovals } from '#lib/vetting/end-due-approvals.ts'
import { useDatabase } from '#tests/support/database.ts'
import { APPROVED_UNTIL, plantAidGroup, stepByHand } from '#tests/support/plant.ts'
import { makeChapter } from './people.ts'

const database = useDatabase()
const WORKER = { kind: 'system', name: 'worker' } as const
const DAY_MS = 86_400_000
let chapterId = ''
let restore = () => {}
/** Moves the clock to so many days before the end of the planted approvals. */
const daysBeforeEnd = (days: number) => {
  restore()
  restore = replaceClock(() => new Date(APPROVED_UNTIL.getTime() - days * DAY_MS))
}
const statusOf = async (id: string) => (await db().aidGroup.findUniqueOrThrow({ where: { id } })).status

beforeAll(async () => {
  chapterId = (await makeChapter()).id
})
afterEach(async () => {
  restore()
  restore = () => {}
  const where = { status: { in: ['approved' as const, 'expiring' as const] } }
  const left = await db().aidGroup.findMany({ where })
  for (const { id, status } of left) await stepByHand(id, { from: status, to: 'suspended', by: 'system:worker' })
})

test('an approval is expiring 30 days before its end and expired from its end on', async () => {
  const { id } = await plantAidGroup({ chapterId })
  daysBeforeEnd(30.001)
  expect(await endDueApprovals(WORKER)).toEqual({ expired: 0, expiring: 0 })
  daysBeforeEnd(30)
  expect(await endDueApprovals(WORKER)).toEqual({ expired: 0, expiring: 1 })
  expect(await statusOf(id)).toBe('expiring')
  daysBeforeEnd(0.001)
  expect(await endDueApprovals(WORKER)).toEqual({ expired: 0, expiring: 0 })
  daysBeforeEnd(0)
  expect(await endDueApprovals(WORKER)).toEqual({ expired: 1, expiring: 0 })
  expect(await statusOf(id)).toBe('expired')
})

test('an approval whose end passed unseen is expired at once, without being called expiring first', async () => {
  const { id } = await plantAidGroup({ chapterId })
  daysBeforeEnd(-7)
  expect(await endDueApprovals(WORKER)).toEqual({ expired: 1, expiring: 0 })
  const changes = await db().aidGroupStatusChange.findMany({ where: { aidGroupId: id }, orderBy: { id: 'asc' } })
  expect(changes.slice(-1)).toMatchObject([{ from: 'approved', to: 'expired', actorId: 'system:worker' }])
})

test('each step is audited once, however often and from however many workers it runs', async () => {
  const { id } = await plantAidGroup({ chapterId })
  daysBeforeEnd(10)
  await Promise.all(Array.from({ length: 5 }, () => endDueApprovals(WORKER)))
  daysBeforeEnd(-1)
  await Promise.all(Array.from({ length: 5 }, () => endDueApprovals(WORKER)))
  const audit = await db().auditEvent.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })
  expect(audit).toMatchObject([
    { action: 'aid_group.mark_expiring', actorId: 'system:worker', chapterId },
    { action: 'aid_group.expire', actorId: 'system:worker', chapterId },
  ])
})

test('one group that cannot be moved does not hold up the others', async () => {
  const stuck = await plantAidGroup({ chapterId })
  const other = await plantAidGroup({ chapterId })
  const owner = await database.asOwner()
  await owner.query(
    `CREATE TRIGGER stuck BEFORE UPDATE ON aid_group FOR EACH ROW WHEN (NEW.id = '${stuck.id}') EXECUTE FUNCTION refuse_change()`,
  )
  daysBeforeEnd(-1)
  expect(await endDueApprovals(WORKER)).toEqual({ expired: 1, expiring: 0 })
  expect([await statusOf(stuck.id), await statusOf(other.id)]).toEqual(['approved', 'expired'])
  await owner.query('DROP TRIGGER stuck ON aid_group')
  expect(await endDueApprovals(WORKER)).toEqual({ expired: 1, expiring: 0 })
})

test('a group that is suspended or under review is left to people', async () => {
  const { id } = await plantAidGroup({ chapterId })
  await stepByHand(id, { from: 'approved', to: 'suspended', by: 'system:worker' })
  daysBeforeEnd(-1)
  expect(await endDueApprovals(WORKER)).toEqual({ expired: 0, expiring: 0 })
  expect(await statusOf(id)).toBe('suspended')
})
