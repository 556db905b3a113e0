import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Role, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { newId } from '#lib/ids.ts'
import { depositOfflineGift } from '#lib/ledger/match-offline-gift.ts'
import { postOfflineGift } from '#lib/ledger/post-offline-gift.ts'
import { plantAidGroup, plantCampaign } from '#tests/support/plant.ts'

// Evidence files go where no other test and no running app looks.
const dataDir = mkdtempSync(join(tmpdir(), 'common-purse-evidence-'))
process.env['DATA_DIR'] = dataDir
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

export type World = Awaited<ReturnType<typeof makeWorld>>

/** A chapter with its people, a live campaign with a fund, an approved aid group, and money in the bank. */
export async function makeWorld(options: { bankMinor?: bigint; thresholdMinor?: bigint } = {}) {
  const tag = newId().slice(-10)
  const chapter = await db().chapter.create({
    data: {
      slug: `chapter-${tag}`,
      name: `Chapter ${tag}`,
      legalName: `Chapter ${tag} e.V.`,
      city: 'Riga',
      country: 'LV',
      currency: 'USD',
      releaseThresholdMinor: options.thresholdMinor ?? 50_000n,
    },
  })
  const person = (name: string, ...roles: Role[]) => makePerson(chapter.id, `${name} ${tag}`, ...roles)
  const organizer = await person('Olena', 'organizer')
  const approver = await person('Adam', 'treasurer')
  const releaser = await person('Rosa', 'treasurer')
  const auditor = await person('Ines', 'auditor')
  const vetters = [await person('Vera', 'vetting_reviewer'), await person('Viktor', 'vetting_reviewer')]
  const group = await makeGroup(chapter.id, tag, { vetters })
  const campaign = await makeCampaign(chapter.id, tag, organizer, approver, group.id)
  if ((options.bankMinor ?? 100_000n) > 0n) await fillFund(campaign.fundId, options.bankMinor ?? 100_000n)
  return { chapter, organizer, approver, releaser, auditor, vetters, group, campaign }
}

export async function makePerson(chapterId: string, name: string, ...roles: Role[]): Promise<UserActor> {
  const user = await db().user.create({ data: { email: `${newId()}@example.org`, name } })
  await db().chapterRole.createMany({ data: roles.map((role) => ({ userId: user.id, chapterId, role })) })
  return { kind: 'user', userId: user.id, name, isAdmin: false, roles: roles.map((role) => ({ chapterId, role })) }
}

export async function makeGroup(
  chapterId: string,
  tag: string,
  options: { approvedUntil?: Date; vetters: UserActor[]; publicAlias?: string },
) {
  const { vetters, ...approval } = options
  return plantAidGroup({
    ...{ chapterId, slug: `group-${tag}`, name: `Field kitchen ${tag}`, ...approval },
    ...{ reviewedById: vetters[0]!.userId, approvedById: vetters[1]!.userId },
  })
}

async function makeCampaign(chapterId: string, tag: string, maker: UserActor, reviewer: UserActor, aidGroupId: string) {
  const { id, fundId } = await plantCampaign({
    ...{ chapterId, aidGroupId, slug: `kitchen-${tag}`, title: `Kitchen ${tag}`, storyMarkdown: 'Soup.' },
    ...{ goalMinor: 1_000_000n, submittedById: maker.userId, reviewedById: reviewer.userId },
  })
  return { id, fundId }
}

/** Puts money into the fund's bank account: an offline gift, matched to its bank line. */
export async function fillFund(fundId: bigint, amountMinor: bigint): Promise<void> {
  const posting = (step: string) => ({
    idempotencyKey: `${step}:${newId()}`,
    sourceType: 'test',
    sourceId: 'fill',
    effectiveAt: new Date(),
    actorId: 'system:seed',
  })
  await inTransaction(async (tx) => {
    const gift = await postOfflineGift(tx, { ...posting('gift'), fundId, amountMinor })
    await depositOfflineGift(tx, { ...posting('deposit'), giftEntryId: gift.entryId })
  })
}

/** A request of the organizer over the amount, in text as typed: "500.00". */
export async function request(world: World, amount = '500.00', by: UserActor = world.organizer): Promise<string> {
  const lines = [{ category: 'food', description: 'Flour and oil', amount }]
  const input = { campaignId: world.campaign.id, aidGroupId: world.group.id, purpose: 'Food for a month', lines }
  return (await requestDisbursement(by, input)).id
}

export async function row(id: string) {
  return db().disbursement.findUniqueOrThrow({ where: { id } })
}

/** A small real PDF. */
const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
)

export const evidence = (caption = 'Delivery note') => ({
  file: { name: 'note.pdf', bytes: PDF },
  caption,
  takenOn: '2026-01-02',
  lineId: null,
})

let references = 0
/** A wire reference that no other test used. */
export function wireReference(): string {
  references += 1
  return `FT${process.pid}-${references}`
}
