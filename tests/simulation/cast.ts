import type pg from 'pg'
import type { Role, UserActor } from '#lib/auth/types.ts'
import type { SurplusRule } from '#lib/campaigns/types.ts'
import { db } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { plantAidGroup, plantCampaign } from '#tests/support/plant.ts'

export type Chapter = {
  id: string
  name: string
  currency: string
  organizer: UserActor
  approver: UserActor
  releaser: UserActor
}

export type Campaign = {
  id: string
  slug: string
  title: string
  currency: string
  fundId: bigint
  chapter: Chapter
  /** Two, so that decisions about one fund need not meet at the aid group first. */
  aidGroupIds: string[]
}

export type Cast = { chapters: Chapter[]; campaigns: Campaign[] }

const DAY_MS = 86_400_000

type Plan = { name: string; currency: string; hasGeneralFund: boolean; campaigns: Record<string, SurplusRule> }

/** Two chapters that differ in what can go differently: currency, general fund, and what happens to a late gift. */
const PLANS: readonly Plan[] = [
  {
    ...{ name: 'Harbour', currency: 'USD', hasGeneralFund: true },
    campaigns: { Blankets: 'same_aid_group', Kitchen: 'chapter_general_fund' },
  },
  {
    ...{ name: 'Meadow', currency: 'EUR', hasGeneralFund: false },
    campaigns: { Roof: 'next_campaign', Well: 'same_aid_group' },
  },
]

/** Puts the people, aid groups, campaigns and funds on the stage that every story finds there. */
export async function makeCast(admin: pg.Client, startsAt: Date): Promise<Cast> {
  const cast: Cast = { chapters: [], campaigns: [] }
  for (const plan of PLANS) {
    const chapter = await makeChapter(plan)
    cast.chapters.push(chapter)
    for (const [title, surplusRule] of Object.entries(plan.campaigns)) {
      cast.campaigns.push(await makeCampaign(chapter, title, surplusRule, startsAt))
    }
  }
  await admin.query(`SET session_replication_role = replica`)
  await admin.query(`UPDATE campaign SET live_at = $1, created_at = $1`, [startsAt])
  await admin.query(`SET session_replication_role = origin`)
  return cast
}

async function makeChapter(plan: Plan): Promise<Chapter> {
  const { name, currency } = plan
  const { id } = await db().chapter.create({
    data: {
      ...{ slug: name.toLowerCase(), name, legalName: `${name} Mutual Aid, Inc.`, deductibility: 'c3' },
      ...{ city: 'Portland', country: 'US', currency, releaseThresholdMinor: 3_000n },
    },
  })
  if (plan.hasGeneralFund) {
    const fund = {
      chapterId: id,
      campaignId: null,
      restriction: 'without',
      currency,
      name: `${name}: general`,
    } as const
    await db().chapter.update({ where: { id }, data: { generalFundId: await openFund(db(), fund) } })
  }
  const organizer = await makePerson(id, `Olena of ${name}`, 'organizer')
  const approver = await makePerson(id, `Adam of ${name}`, 'treasurer')
  const releaser = await makePerson(id, `Rosa of ${name}`, 'treasurer')
  return { id, name, currency, organizer, approver, releaser }
}

async function makePerson(chapterId: string, name: string, role: Role): Promise<UserActor> {
  const user = await db().user.create({ data: { email: `${newId()}@example.org`, name } })
  await db().chapterRole.create({ data: { userId: user.id, chapterId, role } })
  return { kind: 'user', userId: user.id, name, isAdmin: false, roles: [{ chapterId, role }] }
}

async function makeCampaign(
  chapter: Chapter,
  title: string,
  surplusRule: SurplusRule,
  startsAt: Date,
): Promise<Campaign> {
  const { id: chapterId, currency } = chapter
  const aidGroupIds: string[] = []
  for (const name of ['Group', 'Friends']) {
    const aidGroup = await plantAidGroup({
      chapterId,
      slug: `${name}-of-${title}`.toLowerCase(),
      name: `${name} of ${title}`,
      // Approved before the story begins, and screened late enough for its last payment.
      approvedUntil: new Date(startsAt.getTime() + 360 * DAY_MS),
      screenedAt: new Date(startsAt.getTime() + 200 * DAY_MS),
    })
    aidGroupIds.push(aidGroup.id)
  }
  const [aidGroupId = '', ...moreAidGroupIds] = aidGroupIds
  const { id, slug, fundId } = await plantCampaign({
    ...{ chapterId, currency, title, slug: title.toLowerCase(), surplusRule, aidGroupId, moreAidGroupIds },
    ...{ goalMinor: 1_000_000n, submittedById: chapter.organizer.userId, reviewedById: chapter.approver.userId },
  })
  return { id, slug, title, currency, fundId, chapter, aidGroupIds }
}
