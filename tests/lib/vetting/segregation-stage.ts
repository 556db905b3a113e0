import { createHash } from 'node:crypto'
import type { Role, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { addEvidence } from '#lib/disbursements/add-evidence.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { newId } from '#lib/ids.ts'
import { evidence, fillFund, wireReference } from '#tests/lib/disbursements/fixture.ts'
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
  'made the link',
  'opened the link',
  'requested the payment',
  'approved the payment',
  'declared the failure',
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
  | 'asked'
  | 'expiring'
  | 'requested'
  | 'doubtful'
  | 'promised'
  | 'sent'
  | 'held'
  | 'declared'
export type Subject = {
  cast: Cast
  aidGroupId: string
  accountId: string
  hitKey: string
  campaignId: string
  fundId: bigint
  disbursementId: string
  requestId: string
  holdId: string
  snapshotId: string
}

const NOTHING = {
  ...{ accountId: '', hitKey: '', campaignId: '', fundId: 0n, disbursementId: '' },
  ...{ requestId: '', holdId: '', snapshotId: '' },
}
/** A little ago, in the order in which it was done. */
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)

const WITH_CAMPAIGN: readonly Stage[] = ['approved', 'requested', 'doubtful', 'promised', 'sent', 'held', 'declared']

/** An aid group at that stage, with every deed up to there done by its own person. */
export async function stageSubject(cast: Cast, stage: Stage): Promise<Subject> {
  const subject = await inTransaction((tx) => stageGroup(tx, cast, stage))
  if (stage === 'submitted') return { ...subject, snapshotId: await plantWaitingList() }
  if (!WITH_CAMPAIGN.includes(stage)) return subject
  const maker = await plantPerson(db(), cast.chapterId, 'organizer')
  const campaign = await plantCampaign({
    ...{ chapterId: cast.chapterId, aidGroupId: subject.aidGroupId, submittedById: maker },
  })
  await fillFund(campaign.fundId, 1_000_000n)
  const staged = { ...subject, campaignId: campaign.id, fundId: campaign.fundId }
  if (stage === 'approved') return staged
  if (stage === 'held' || stage === 'declared') return { ...staged, holdId: await plantHold(cast, staged, stage) }
  const requester = actorOf(cast, 'requested the payment')
  const disbursementId = await askMoney(requester, staged, stage === 'doubtful' ? 'Drones for mapping' : 'Flour')
  if (stage === 'promised' || stage === 'sent') {
    await approveDisbursement(actorOf(cast, 'approved the payment'), { disbursementId, version: 1 })
  }
  if (stage === 'sent') await send(cast, disbursementId)
  return { ...staged, disbursementId }
}

/** Sent by somebody else, with a picture of what arrived. */
async function send({ chapterId }: Cast, disbursementId: string): Promise<void> {
  const releaser = await makePerson(chapterId, 'treasurer')
  await releaseDisbursement(releaser, { disbursementId, version: 2, wireReference: wireReference() })
  await addEvidence(releaser, { disbursementId, ...evidence() })
}

/** The campaign's money waits, because the aid group's vetting does not stand. */
async function plantHold(cast: Cast, { aidGroupId, campaignId, fundId }: Subject, stage: Stage): Promise<string> {
  const id = newId()
  const about = { campaignId, aidGroupId, fundId, currency: 'USD', cause: 'suspended', openedAt: ago(20) }
  await db().campaignHold.create({ data: { id, ...about } })
  const by = {
    failedById: cast.by['declared the failure'],
    failedReason: 'It has gone.',
    failedAt: ago(10),
    version: 2,
  }
  if (stage === 'declared') await db().campaignHold.update({ where: { id }, data: by })
  return id
}

/** A list that lost so much that a person has to say whether it comes into force. */
async function plantWaitingList(): Promise<string> {
  const [row] = await db().$queryRaw<{ id: string }[]>`
    INSERT INTO list_snapshot (source, status, sha256, file_name, byte_count, row_count, party_count, name_count,
      added_count, removed_count, changed_count, imported_by)
    VALUES ('uk', 'awaiting_word', ${key(newId())}, 'uk.csv', 1, 1, 1, 1, 1, 0, 0, 'system:seed') RETURNING id`
  return row?.id ?? ''
}

function actorOf(cast: Cast, deed: Deed): UserActor {
  const found = cast.people.find((person) => person.deed === deed)
  if (!found) throw new Error(`Nobody ${deed}.`)
  return found.actor
}

/** A request above the threshold, so that three people are needed. */
export async function askMoney(
  actor: UserActor,
  { campaignId, aidGroupId }: Subject,
  description = 'Flour',
): Promise<string> {
  const lines = [{ category: 'food', description, amount: '600.00' }]
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
  if (stage === 'asked') return { ...staged, requestId: await plantQuestion(tx, id, by['asked a question']) }
  await stepByHand(
    id,
    { from: 'in_review', to: 'pending_second_approval', by: by.recommended, data: { reviewedById: by.recommended } },
    tx,
  )
  if (stage === 'pending') return staged
  await approveByOther(tx, cast, id)
  if (stage === 'expiring') await stepByHand(id, { from: 'approved', to: 'expiring', by: 'system:worker' }, tx)
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
  await fillInByLink(tx, aidGroupId, by)
}

/** The group waits for an answer. */
async function plantQuestion(tx: DbClient, aidGroupId: string, askedById: string): Promise<string> {
  const id = newId()
  await stepByHand(aidGroupId, { from: 'in_review', to: 'info_requested', by: askedById }, tx)
  await tx.informationRequest.create({ data: { id, aidGroupId, askedById, askedAt: ago(5), question: 'Since when?' } })
  return id
}

/** A part that came through a link which nobody mailed, and which somebody had open while signed in. */
async function fillInByLink(tx: DbClient, aidGroupId: string, by: Cast['by']): Promise<void> {
  const id = newId()
  const link = { locale: 'en', round: 1, tokenHash: key(id), closesAt: new Date(Date.now() + 86_400_000) }
  const data = { id, aidGroupId, ...link, invitedById: by['made the link'], createdAt: ago(2800) }
  await tx.vettingApplication.create({ data })
  await tx.applicationHolder.create({ data: { applicationId: id, userId: by['opened the link'] } })
  const written = {
    data: SECTIONS.safeguarding,
    digest: key('by link'),
    savedBy: `applicant:${id}`,
    savedAt: ago(2400),
  }
  await tx.dossierSection.create({ data: { aidGroupId, section: 'safeguarding', version: 2, ...written } })
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
