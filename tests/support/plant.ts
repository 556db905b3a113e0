import { now } from '#lib/clock.ts'
import { type DbClient, db, type Prisma } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newId } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import type { AidGroupStatus, RiskTier } from '#lib/vetting/types.ts'
import {
  type DossierPlan,
  plantApproval,
  plantDossier,
  plantFindings,
  plantPerson,
  plantScreening,
  plantVerification,
} from './plant-dossier.ts'

const DAY_MS = 86_400_000
/** An approval of planted aid groups ends then, unless a test says otherwise. */
export const APPROVED_UNTIL = new Date(Date.now() + 300 * DAY_MS)

type GroupFacts = Partial<Prisma.AidGroupUncheckedCreateInput> & {
  chapterId: string
  approvedUntil?: Date
  /** A vetting reviewer of the chapter; made where none is given. */
  reviewedById?: string
  /** Another one. */
  approvedById?: string
  /** When everyone was compared with the lists; now, where nothing is said. */
  screenedAt?: Date
  sections?: DossierPlan['sections']
}

type Step = {
  from: AidGroupStatus
  to: AidGroupStatus
  /** A user's id, or `system:name`. */
  by: string
  data?: Prisma.AidGroupUncheckedUpdateInput
}

/** Work in one transaction: the caller's, or one of its own. */
function together<T>(client: DbClient, work: (tx: DbClient) => Promise<T>): Promise<T> {
  return client === db() ? inTransaction(work) : work(client)
}

/** One step of an aid group past lib, with its line of history; the database asks for no less. */
export async function stepByHand(id: string, { from, to, by, data }: Step, client: DbClient = db()) {
  return together(client, async (tx) => {
    await tx.aidGroupStatusChange.create({ data: { aidGroupId: id, from, to, actorId: by } })
    return tx.aidGroup.update({ where: { id }, data: { ...data, status: to } })
  })
}

type Judged = {
  reviewedById: string
  riskTier?: RiskTier
  at?: Date
  screenedAt?: Date
  sections?: DossierPlan['sections']
}

/** Fills in the dossier of an aid group that is under review, and the reviewer finds it good: every gate is green. */
export async function plantGreenGates(aidGroupId: string, judged: Judged, client: DbClient = db()) {
  const { reviewedById, riskTier = 'low', at = new Date(), screenedAt = at, sections } = judged
  const { chapterId } = await client.aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })
  const enteredBy = await plantPerson(client, chapterId, 'organizer')
  const filledInAt = new Date(at.getTime() - 2 * DAY_MS)
  const plan = { aidGroupId, chapterId, enteredBy, at: filledInAt, ...(sections ? { sections } : {}) }
  const { accountId } = await plantDossier(client, plan)
  await plantVerification(client, accountId, reviewedById, filledInAt)
  await plantScreening(client, aidGroupId, screenedAt)
  // A finding comes before the approval that rests on it.
  const foundAt = new Date(at.getTime() - 3_600_000)
  await plantFindings(client, aidGroupId, { foundById: reviewedById, at: foundAt, riskTier })
  return { accountId, enteredBy }
}

/** An aid group that waits for its second approval with every gate green. */
export async function plantReviewedGroup(facts: GroupFacts, client: DbClient = db()) {
  const { approvedUntil = APPROVED_UNTIL, screenedAt = new Date(), sections, approvedById: _, ...rest } = facts
  const approvedAt = new Date(approvedUntil.getTime() - 365 * DAY_MS)
  const { chapterId } = facts
  const reviewedById = facts.reviewedById ?? (await plantPerson(client, chapterId, 'vetting_reviewer'))
  const { id } = await client.aidGroup.create({
    data: {
      ...{
        slug: `group-${newId().slice(-12)}`,
        name: 'Field kitchen',
        summary: 'Cooks.',
        country: 'UA',
        region: 'Kharkiv',
      },
      ...{ ...rest, reviewedById: null, status: 'submitted' as const, createdAt: approvedAt },
    },
  })
  await stepByHand(id, { from: 'submitted', to: 'in_review', by: reviewedById, data: { reviewedById } }, client)
  const judged = { reviewedById, at: approvedAt, screenedAt, ...(sections ? { sections } : {}) }
  const planted = await plantGreenGates(id, judged, client)
  await stepByHand(id, { from: 'in_review', to: 'pending_second_approval', by: reviewedById }, client)
  return { id, chapterId, reviewedById, approvedAt, approvedUntil, ...planted }
}

/** An approved aid group that passes every gate, taken through each step that the database asks for; for tests of what comes after. */
export async function plantAidGroup(facts: GroupFacts, client: DbClient = db()) {
  return together(client, async (tx) => {
    const { id, reviewedById, approvedAt, approvedUntil } = await plantReviewedGroup(facts, tx)
    const approvedById = facts.approvedById ?? (await plantPerson(tx, facts.chapterId, 'vetting_reviewer'))
    return approveByHand(id, { reviewedById, approvedById, at: approvedAt, until: approvedUntil }, tx)
  })
}

type Approval = { reviewedById: string; approvedById: string; at: Date; until: Date }

/** The second approval past lib, of a group that waits for it with every gate green. */
async function approveByHand(id: string, { at, until, ...people }: Approval, tx: DbClient) {
  await plantApproval(tx, id, { ...people, at, until, riskTier: 'low' })
  const data = { ...people, approvedAt: at, approvedUntil: until, riskTier: 'low' as const }
  return stepByHand(id, { from: 'pending_second_approval', to: 'approved', by: people.approvedById, data }, tx)
}

/** Two people who had nothing to do with it look at a suspended group again and approve it. */
export async function reapproveByHand(id: string, client: DbClient = db()) {
  return together(client, async (tx) => {
    const { chapterId, status } = await tx.aidGroup.findUniqueOrThrow({ where: { id } })
    const reviewedById = await plantPerson(tx, chapterId, 'vetting_reviewer')
    const nobody = { approvedById: null, approvedAt: null, approvedUntil: null }
    const data = { ...nobody, reviewedById }
    await stepByHand(id, { from: status, to: 'pending_second_approval', by: reviewedById, data }, tx)
    const at = now()
    await plantFindings(tx, id, { foundById: reviewedById, at, riskTier: 'low' })
    const approvedById = await plantPerson(tx, chapterId, 'vetting_reviewer')
    const until = new Date(at.getTime() + 300 * DAY_MS)
    return approveByHand(id, { reviewedById, approvedById, at, until }, tx)
  })
}

/** What follows on an application that was sent in: its references answer, it is reviewed, and approved by a second person. */
export async function approveApplication(id: string, client: DbClient = db()) {
  return together(client, async (tx) => {
    const { chapterId, status } = await tx.aidGroup.findUniqueOrThrow({ where: { id } })
    const reviewedById = await plantPerson(tx, chapterId, 'vetting_reviewer')
    await stepByHand(id, { from: status, to: 'in_review', by: reviewedById, data: { reviewedById } }, tx)
    const at = now()
    const answered = { answeredAt: at, confirms: true, answer: { isIndependent: true } }
    const references = await tx.dossierReference.findMany({ where: { aidGroupId: id, answeredAt: null } })
    for (const reference of references) {
      await tx.dossierReference.update({ where: { id: reference.id }, data: answered })
    }
    const account = await tx.dossierBankAccount.findFirstOrThrow({ where: { aidGroupId: id, replacedAt: null } })
    await plantVerification(tx, account.id, reviewedById, at)
    await plantScreening(tx, id, at)
    await plantFindings(tx, id, { foundById: reviewedById, at, riskTier: 'low' })
    await stepByHand(id, { from: 'in_review', to: 'pending_second_approval', by: reviewedById }, tx)
    const approvedById = await plantPerson(tx, chapterId, 'vetting_reviewer')
    const until = new Date(at.getTime() + 300 * DAY_MS)
    return approveByHand(id, { reviewedById, approvedById, at, until }, tx)
  })
}

type CampaignFacts = Partial<Prisma.CampaignUncheckedCreateInput> & {
  chapterId: string
  submittedById?: string
  reviewedById?: string
  aidGroupId?: string
  /** More of them, where a test needs payments to several. */
  moreAidGroupIds?: readonly string[]
}

/** A live campaign with its fund, one budget line and one aid group, taken through each step that the database asks for. */
export async function plantCampaign(facts: CampaignFacts, client: DbClient = db()) {
  const { aidGroupId, moreAidGroupIds = [], submittedById = newId(), reviewedById = newId(), ...rest } = facts
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
  const payees = [payee, ...moreAidGroupIds]
  await client.campaignAidGroup.createMany({ data: payees.map((one) => ({ campaignId: id, aidGroupId: one })) })
  await client.campaign.update({ where: { id }, data: { status: 'in_review', submittedById } })
  const data = { status: 'live' as const, fundId, reviewedById, liveAt: new Date() }
  return { ...(await client.campaign.update({ where: { id }, data })), fundId }
}
