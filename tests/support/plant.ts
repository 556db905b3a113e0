import { type DbClient, db, type Prisma } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'

const DAY_MS = 86_400_000
/** An approval of planted aid groups ends then, unless a test says otherwise. */
export const APPROVED_UNTIL = new Date(Date.now() + 300 * DAY_MS)

type GroupFacts = Partial<Prisma.AidGroupUncheckedCreateInput> & {
  chapterId: string
  approvedUntil?: Date
  reviewedById?: string
  approvedById?: string
}

/** An approved aid group, taken through each step that the database asks for; for tests of what comes after. */
export async function plantAidGroup(facts: GroupFacts, client: DbClient = db()) {
  const { approvedUntil = APPROVED_UNTIL, reviewedById = newId(), approvedById = newId(), ...rest } = facts
  const approvedAt = new Date(approvedUntil.getTime() - 365 * DAY_MS)
  const { id } = await client.aidGroup.create({
    data: {
      ...{
        slug: `group-${newId().slice(-12)}`,
        name: 'Field kitchen',
        summary: 'Cooks.',
        country: 'UA',
        region: 'Kharkiv',
      },
      ...{ ...rest, status: 'submitted' as const, createdAt: approvedAt },
    },
  })
  await client.aidGroup.update({ where: { id }, data: { status: 'in_review', reviewedById } })
  await client.aidGroup.update({ where: { id }, data: { status: 'pending_second_approval' } })
  const data = { status: 'approved' as const, approvedById, approvedAt, approvedUntil }
  return client.aidGroup.update({ where: { id }, data })
}

type CampaignFacts = Partial<Prisma.CampaignUncheckedCreateInput> & {
  chapterId: string
  submittedById?: string
  reviewedById?: string
  aidGroupId?: string
}

/** A live campaign with its fund, one budget line and one aid group, taken through each step that the database asks for. */
export async function plantCampaign(facts: CampaignFacts, client: DbClient = db()) {
  const { aidGroupId, submittedById = newId(), reviewedById = newId(), ...rest } = facts
  const id = rest.id ?? newId()
  const { chapterId, currency = 'USD', goalMinor = 100_000n, title = `Campaign ${id.slice(-12)}` } = rest
  const fundId = await openFund(client, { chapterId, campaignId: id, restriction: 'with', currency, name: title })
  await client.campaign.create({
    data: {
      ...{ slug: `campaign-${id.slice(-12)}`, storyMarkdown: 'Why.', createdById: submittedById },
      ...{ ...rest, id, currency, goalMinor, title },
    },
  })
  const line = { category: 'food' as const, description: 'Flour', amountMinor: goalMinor, position: 0 }
  await client.budgetLine.create({ data: { ...line, campaignId: id } })
  const payee = aidGroupId ?? (await plantAidGroup({ chapterId }, client)).id
  await client.campaignAidGroup.create({ data: { campaignId: id, aidGroupId: payee } })
  await client.campaign.update({ where: { id }, data: { status: 'in_review', submittedById } })
  const data = { status: 'live' as const, fundId, reviewedById, liveAt: new Date() }
  return { ...(await client.campaign.update({ where: { id }, data })), fundId }
}
