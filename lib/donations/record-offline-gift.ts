import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId, newToken } from '#lib/ids.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { postOfflineGift } from '#lib/ledger/post-offline-gift.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type OfflineGiftInput, offlineGiftSchema, offlineTarget } from './check-offline-gift.ts'
import { destinationOf } from './policy.ts'

/**
 * A treasurer enters a gift that came in cash, by cheque or by transfer: { campaignId, submissionKey, amount, method,
 * receivedOn, reference, name, email, showName }. It is in the books at once, undeposited until its bank line is
 * matched, and counts as any other gift. The same form twice is one gift. Answers the donation's id.
 */
export async function recordOfflineGift(actor: Actor, input: unknown): Promise<string> {
  // Without a campaign its currency is not known: every other wrong field is named all the same, the amount by a currency of three decimals.
  if (!offlineTarget.safeParse(input).success)
    parseInput(z.intersection(offlineTarget, offlineGiftSchema('KWD')), input)
  const { campaignId, submissionKey } = parseInput(offlineTarget, input)
  const user = requireUser(actor)
  const campaign = await findCampaign(user, campaignId)
  const gift = parseInput(offlineGiftSchema(campaign.currency), input)
  if (gift.receivedOn > now()) throw fieldOf('receivedOn', 'This day has not come yet.')
  const fundId = receivingFund(campaign)
  return inTransaction(async (tx) => {
    const key = `offline:${submissionKey}`
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 1))`
    const known = await tx.donation.findUnique({ where: { submissionKey: key }, select: { id: true } })
    return known?.id ?? (await insert(tx, user, { campaign, fundId, gift, key }))
  })
}

async function findCampaign(user: UserActor, id: string) {
  const campaign = await db().campaign.findUnique({
    where: { id },
    include: { chapter: { select: { currency: true, generalFundId: true } } },
  })
  if (campaign && hasRole(user, campaign.chapterId, 'treasurer')) return campaign
  if (campaign) {
    const subject = { subjectType: 'campaign', subjectId: id, chapterId: campaign.chapterId }
    await recordRefusedAccess(user, subject)
  }
  throw new AppError('not_found', 'There is no such campaign.')
}

type Campaign = Awaited<ReturnType<typeof findCampaign>>

/** As for gifts by card: after its end the campaign's surplus rule decides. */
function receivingFund(campaign: Campaign): bigint {
  if (campaign.fundId === null) throw fieldOf('campaignId', 'This campaign is not open yet.')
  const { chapter, currency } = campaign
  const inOwn = destinationOf(campaign.status, campaign.surplusRule) === 'campaign'
  if (inOwn) return campaign.fundId
  if (chapter.generalFundId !== null && chapter.currency === currency) return chapter.generalFundId
  throw fieldOf('campaignId', 'This campaign has ended. Choose the one that this gift shall go to.')
}

type Facts = { campaign: Campaign; fundId: bigint; gift: OfflineGiftInput; key: string }

async function insert(tx: DbClient, user: UserActor, { campaign, fundId, gift, key }: Facts): Promise<string> {
  const { amountMinor, method, receivedOn, reference, name, email, showName } = gift
  const { id: campaignId, currency, chapterId } = campaign
  const id = newId()
  const donorId = await donorOf(tx, email, name)
  const pledge = await tx.pledge.create({
    data: { campaignId, donorId, kind: 'once', status: 'fulfilled', amountMinor, currency },
    select: { id: true },
  })
  const { entryId } = await postOfflineGift(tx, {
    ...{ idempotencyKey: `offline-gift:${id}`, sourceType: 'donation', sourceId: id },
    ...{ effectiveAt: receivedOn, actorId: user.userId, fundId, amountMinor },
  })
  await tx.donation.create({
    data: {
      ...{ id, campaignId, donorId, pledgeId: pledge.id, status: 'settled', submissionKey: key, currency },
      ...{ giftMinor: amountMinor, feeMinor: 0n, fundId, entryId, settledAt: receivedOn, receiptToken: newToken() },
      ...{ donorName: name, showName, showAmount: true, createdAt: now() },
      ...{ offlineMethod: method, offlineReference: reference, enteredById: user.userId },
    },
  })
  if (email !== null) await enqueueJob(tx, 'mail-receipt', { donationId: id }, { priority: 10 })
  await recordEvent(tx, user, {
    ...{ action: 'offline_gift.record', subjectType: 'donation', subjectId: id, chapterId },
    detail: { method, amountMinor: String(amountMinor), currency, fundId: String(fundId), entryId: String(entryId) },
  })
  return id
}

/** The donor with this address; without one each gift is of somebody of its own. */
async function donorOf(tx: DbClient, email: string | null, name: string | null): Promise<string> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO donor (id, email, name) VALUES (${newId()}::uuid, ${email}, ${name})
    ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING id`
  const id = rows[0]?.id
  if (id === undefined) throw new Error('a donor was neither found nor made')
  return id
}

function fieldOf(field: string, message: string): AppError {
  return new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { [field]: [message] } })
}
