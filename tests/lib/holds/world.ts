import pg from 'pg'
import { expect } from 'vitest'
import type { Role, UserActor } from '#lib/auth/types.ts'
import { replaceClock } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { handleGroupChange } from '#lib/holds/handle-change.ts'
import { newId } from '#lib/ids.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { rejectGroup, suspendGroup } from '#lib/vetting/end-approval.ts'
import { begin, payAt, settleAll, type World } from '#tests/lib/donations/world.ts'
import { plantAidGroup, plantCampaign, reapproveByHand } from '#tests/support/plant.ts'

const DAY_MS = 86_400_000
export const WORKER = { kind: 'system', name: 'worker' } as const

export type HoldWorld = Awaited<ReturnType<typeof makeHoldWorld>>

/** A chapter with its people, a live campaign for one aid group or several, and an alternate where one is wanted. */
export async function makeHoldWorld(stripe: World, options: { groups?: number; alternate?: boolean } = {}) {
  const tag = newId().slice(-12)
  const chapter = await db().chapter.create({
    data: {
      ...{ slug: `chapter-${tag}`, name: 'River Chapter', legalName: 'River Mutual Aid, Inc.', deductibility: 'c3' },
      ...{ city: 'Portland', country: 'US', currency: 'USD' },
    },
  })
  const chapterId = chapter.id
  const person = (name: string, ...roles: Role[]) => makePerson(chapterId, name, ...roles)
  const people = {
    organizer: await person('Olena', 'organizer'),
    treasurer: await person('Tamara', 'treasurer'),
    second: await person('Samir', 'treasurer'),
    third: await person('Rosa', 'treasurer'),
    reviewer: await person('Vera', 'vetting_reviewer'),
  }
  const groups: string[] = []
  for (let index = 0; index < (options.groups ?? 1); index += 1) groups.push((await plantAidGroup({ chapterId })).id)
  const alternate = options.alternate === false ? null : await plantAidGroup({ chapterId, name: 'Second kitchen' })
  const [first = ''] = groups
  const campaign = await plantCampaign({
    ...{ chapterId, aidGroupId: first, slug: `campaign-${tag}`, goalMinor: 1_000_000n },
    alternateAidGroupId: alternate?.id ?? null,
  })
  for (const aidGroupId of groups.slice(1)) {
    await unguarded(stripe, 'INSERT INTO campaign_aid_group (campaign_id, aid_group_id) VALUES ($1, $2)', [
      campaign.id,
      aidGroupId,
    ])
  }
  return { chapter, people, groups, groupId: first, alternate, campaign, fundId: campaign.fundId }
}

export async function makePerson(chapterId: string, name: string, ...roles: Role[]): Promise<UserActor> {
  const user = await db().user.create({ data: { email: `${newId()}@example.org`, name } })
  await db().chapterRole.createMany({ data: roles.map((role) => ({ userId: user.id, chapterId, role })) })
  return { kind: 'user', userId: user.id, name, isAdmin: false, roles: roles.map((role) => ({ chapterId, role })) }
}

/** Gifts by card, each by another giver, settled. */
export async function give(stripe: World, { campaign, fundId }: HoldWorld, ...gifts: Record<string, unknown>[]) {
  const ids: string[] = []
  for (const fields of gifts) {
    const started = await begin(campaign.slug, fields)
    await payAt(started.checkoutUrl)
    ids.push(started.donationId)
  }
  await settleAll(stripe)
  await foldFund(db(), fundId)
  return ids
}

/** The vetting reviewers stop payments to a group, and the worker hears of it. */
export async function suspend(world: HoldWorld, groupId = world.groupId): Promise<void> {
  await suspendGroup(world.people.reviewer, { aidGroupId: groupId, reason: 'Something has to be looked at.' })
  await handleGroupChange({ aidGroupId: groupId })
}

/** The vetting ends with a no, and the worker hears of it. */
export async function reject(world: HoldWorld, groupId = world.groupId): Promise<void> {
  await rejectGroup(world.people.reviewer, { aidGroupId: groupId, reason: 'It did not pass.' })
  await handleGroupChange({ aidGroupId: groupId })
}

/** Two other people look at it again and approve it, and the worker hears of it. */
export async function approveAgain(aidGroupId: string): Promise<void> {
  await reapproveByHand(aidGroupId)
  await handleGroupChange({ aidGroupId })
}

/** Writes what no trigger of another room is asked about. */
async function unguarded(stripe: World, sql: string, values: unknown[]): Promise<void> {
  const admin = new pg.Client({ connectionString: stripe.database.adminUrl })
  await admin.connect()
  await admin.query('SET session_replication_role = replica')
  await admin.query(sql, values)
  await admin.end()
}

/** Does something as if it were days ago, so that a window that opened then is over now. */
export async function daysAgo<T>(days: number, work: () => Promise<T>): Promise<T> {
  const restore = replaceClock(() => new Date(Date.now() - days * DAY_MS))
  try {
    return await work()
  } finally {
    restore()
  }
}

export async function holdsOf(world: HoldWorld) {
  return db().campaignHold.findMany({ where: { campaignId: world.campaign.id }, orderBy: { openedAt: 'asc' } })
}

/** The one hold of a campaign. */
export async function holdOf(world: HoldWorld) {
  return db().campaignHold.findFirstOrThrow({ where: { campaignId: world.campaign.id }, orderBy: { openedAt: 'desc' } })
}

/** What is set aside, what could be promised, and what is promised to approved disbursements. */
export async function asideOf({ fundId }: HoldWorld) {
  const { headroomMinor, encumberedMinor } = await fundHeadroom(db(), fundId)
  const [row] = await db().$queryRaw<{ minor: bigint }[]>`
    SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM ledger.quarantines WHERE fund_id = ${fundId}`
  const quarantinedMinor = row?.minor ?? 0n
  return { quarantinedMinor, headroomMinor, promisedMinor: encumberedMinor - quarantinedMinor }
}

export async function campaignStatus({ campaign }: HoldWorld): Promise<string> {
  return (await db().campaign.findUniqueOrThrow({ where: { id: campaign.id } })).status
}

export async function ask(world: HoldWorld, amount: string, aidGroupId = world.groupId): Promise<string> {
  const lines = [{ category: 'food', description: 'Flour and oil', amount }]
  const input = { campaignId: world.campaign.id, aidGroupId, purpose: 'Food for a month', lines }
  return (await requestDisbursement(world.people.organizer, input)).id
}

export async function expectSound(): Promise<void> {
  expect(await verifyLedger(db())).toEqual([])
}
