import { createHash } from 'node:crypto'
import type { Role, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { newId } from '#lib/ids.ts'
import { fillFund } from '#tests/lib/disbursements/fixture.ts'
import { plantCampaign, stepByHand } from '#tests/support/plant.ts'
import {
  plantApproval,
  plantDossier,
  plantFindings,
  plantPerson,
  plantScreening,
  plantVerification,
  SECTIONS,
} from '#tests/support/plant-dossier.ts'
import { makeChapter, makePerson } from './people.ts'

const ALL_ROLES: readonly Role[] = ['organizer', 'treasurer', 'vetting_reviewer', 'auditor']

/** What a person may have done before the step that is asked about. Each is done by somebody who holds every role. */
export const DEEDS = [
  'nominated',
  'filled in',
  'entered the account',
  'verified the account',
  'took into review',
  'asked a question',
  'answered a hit',
  'recorded findings',
  'recommended',
  'requested the payment',
  'approved the payment',
] as const
export type Deed = (typeof DEEDS)[number]

export type Person = { name: string; actor: UserActor; roles: readonly Role[]; deed?: Deed }
export type Cast = { chapterId: string; elsewhere: string; people: Person[]; by: Record<Deed, string>; filler: string }

/** One person of each role, an administrator, somebody of another chapter, and for every deed one who holds all roles. */
export async function makeCast(): Promise<Cast> {
  const chapterId = (await makeChapter()).id
  const elsewhere = (await makeChapter()).id
  const people: Person[] = []
  for (const role of ALL_ROLES) {
    people.push({ name: `a ${role.replace('_', ' ')}`, actor: await makePerson(chapterId, role), roles: [role] })
  }
  const admin = { ...(await makePerson(chapterId)), isAdmin: true }
  await db().user.update({ where: { id: admin.userId }, data: { isAdmin: true } })
  people.push({ name: 'an administrator', actor: admin, roles: [] })
  people.push({ name: 'somebody of another chapter', actor: await makePerson(elsewhere, ...ALL_ROLES), roles: [] })
  for (const deed of DEEDS) {
    const actor = await makePerson(chapterId, ...ALL_ROLES)
    people.push({ name: `one with all roles who ${deed}`, actor, roles: ALL_ROLES, deed })
  }
  const by = Object.fromEntries(people.flatMap(({ deed, actor }) => (deed ? [[deed, actor.userId]] : [])))
  return { chapterId, elsewhere, people, by: by as Cast['by'], filler: await plantPerson(db(), chapterId, 'organizer') }
}

/** How far a subject has come. */
export type Stage =
  | 'submitted'
  | 'unverified'
  | 'in_review'
  | 'pending'
  | 'approved'
  | 'suspended'
  | 'requested'
  | 'promised'
export type Subject = {
  cast: Cast
  aidGroupId: string
  accountId: string
  hitKey: string
  campaignId: string
  fundId: bigint
  disbursementId: string
}

const NOTHING = { accountId: '', hitKey: '', campaignId: '', fundId: 0n, disbursementId: '' }
/** A little ago, in the order in which it was done. */
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)

/** An aid group at that stage, with every deed up to there done by its own person. */
export async function stageSubject(cast: Cast, stage: Stage): Promise<Subject> {
  const subject = await inTransaction((tx) => stageGroup(tx, cast, stage))
  if (stage !== 'requested' && stage !== 'promised' && stage !== 'approved') return subject
  const maker = await plantPerson(db(), cast.chapterId, 'organizer')
  const campaign = await plantCampaign({
    ...{ chapterId: cast.chapterId, aidGroupId: subject.aidGroupId, submittedById: maker },
  })
  await fillFund(campaign.fundId, 1_000_000n)
  const staged = { ...subject, campaignId: campaign.id, fundId: campaign.fundId }
  if (stage === 'approved') return staged
  const disbursementId = await askMoney(actorOf(cast, 'requested the payment'), staged)
  if (stage === 'promised') {
    await approveDisbursement(actorOf(cast, 'approved the payment'), { disbursementId, version: 1 })
  }
  return { ...staged, disbursementId }
}

function actorOf(cast: Cast, deed: Deed): UserActor {
  const found = cast.people.find((person) => person.deed === deed)
  if (!found) throw new Error(`Nobody ${deed}.`)
  return found.actor
}

/** A request above the threshold, so that three people are needed. */
export async function askMoney(actor: UserActor, { campaignId, aidGroupId }: Subject): Promise<string> {
  const lines = [{ category: 'food', description: 'Flour', amount: '600.00' }]
  return (await requestDisbursement(actor, { campaignId, aidGroupId, purpose: 'Food', lines })).id
}

async function stageGroup(tx: DbClient, cast: Cast, stage: Stage): Promise<Subject> {
  const { chapterId, by } = cast
  const id = newId()
  await tx.aidGroup.create({
    data: {
      ...{ id, chapterId, slug: `group-${id.slice(-12)}`, name: 'Field kitchen', summary: 'Cooks.', country: 'UA' },
      ...{ region: 'Kharkiv', status: 'submitted', nominatedById: by.nominated, createdAt: ago(90 * 1440) },
    },
  })
  const subject = { ...NOTHING, cast, aidGroupId: id }
  if (stage === 'submitted') return subject
  const reviewedById = by['took into review']
  await stepByHand(id, { from: 'submitted', to: 'in_review', by: reviewedById, data: { reviewedById } }, tx)
  const dossier = { aidGroupId: id, chapterId, enteredBy: cast.filler, accountBy: by['entered the account'] }
  const { accountId } = await plantDossier(tx, { ...dossier, at: ago(3000) })
  if (stage === 'unverified') return { ...subject, accountId }
  await fillInMore(tx, id, by)
  await plantVerification(tx, accountId, by['verified the account'], ago(2000))
  const hitKey = await plantHits(tx, id, by['answered a hit'], stage === 'in_review')
  await plantFindings(tx, id, { foundById: by['recorded findings'], at: ago(60), riskTier: 'low' })
  const staged = { ...subject, accountId, hitKey }
  if (stage === 'in_review') return staged
  await stepByHand(
    id,
    { from: 'in_review', to: 'pending_second_approval', by: by.recommended, data: { reviewedById: by.recommended } },
    tx,
  )
  if (stage === 'pending') return staged
  await approveByOther(tx, cast, id)
  if (stage === 'suspended') await stepByHand(id, { from: 'approved', to: 'suspended', by: 'system:worker' }, tx)
  return staged
}

async function fillInMore(tx: DbClient, aidGroupId: string, by: Cast['by']): Promise<void> {
  const digest = createHash('sha256').update('more').digest('hex')
  const written = { data: SECTIONS.past_work, digest, savedBy: by['filled in'], savedAt: ago(2500) }
  await tx.dossierSection.create({ data: { aidGroupId, section: 'past_work', version: 2, ...written } })
  const asked = { askedById: by['asked a question'], askedAt: ago(1500), question: 'Who signs?' }
  const answered = { answer: 'The chair.', answeredBy: by['filled in'], answeredAt: ago(1400) }
  await tx.informationRequest.create({ data: { aidGroupId, ...asked, ...answered } })
}

/** A hit that was waved through, and one that waits where somebody has to answer it. Answers the key of the one that waits. */
async function plantHits(tx: DbClient, aidGroupId: string, decidedById: string, isOneOpen: boolean): Promise<string> {
  await plantScreening(tx, aidGroupId, ago(1200))
  const screening = await tx.screening.findFirstOrThrow({ where: { aidGroupId } })
  const [answered = '', open = ''] = ['answered', 'open'].map((name) => key(`${aidGroupId} ${name}`))
  for (const hitKey of isOneOpen ? [answered, open] : [answered]) {
    await tx.screeningHit.create({
      data: {
        ...{ screeningId: screening.id, aidGroupId, queryName: 'A', matchedName: 'B', score: 0.8, reasons: [] },
        ...{ source: 'demonstration', externalId: hitKey.slice(0, 8), partyDigest: hitKey, hitKey },
      },
    })
  }
  const said = { verdict: 'false_positive', reason: 'Another person.', decidedById, decidedAt: ago(1000) } as const
  await tx.hitDisposition.create({ data: { aidGroupId, hitKey: answered, ...said } })
  return open
}

const key = (text: string) => createHash('sha256').update(text).digest('hex')

async function approveByOther(tx: DbClient, cast: Cast, id: string): Promise<void> {
  const approvedById = await plantPerson(tx, cast.chapterId, 'vetting_reviewer')
  const people = { reviewedById: cast.by.recommended, approvedById }
  const dates = { at: ago(30), until: new Date(Date.now() + 300 * 86_400_000) }
  await plantApproval(tx, id, { ...people, ...dates, riskTier: 'low' })
  const data = { ...people, approvedAt: dates.at, approvedUntil: dates.until, riskTier: 'low' as const }
  await stepByHand(id, { from: 'pending_second_approval', to: 'approved', by: approvedById, data }, tx)
}
