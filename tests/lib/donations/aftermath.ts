import { expect } from 'vitest'
import type { Role, UserActor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { requestDisbursement } from '#lib/disbursements/request-disbursement.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { postAvailable } from '#lib/ledger/post-available.ts'
import { postPayout } from '#lib/ledger/post-payout.ts'
import { postPayoutArrival } from '#lib/ledger/post-payout-arrival.ts'
import { verifyLedger } from '#lib/ledger/verify-ledger.ts'
import { toDecimalString } from '#lib/money/format.ts'
import { begin, makeCampaign, payAt, settleAll, type World } from './world.ts'

export type PaidGift = Awaited<ReturnType<typeof paidGift>>

/** A gift that was paid and settled through the webhook. */
export async function paidGift(
  world: World,
  fields: Record<string, unknown> = {},
  options: Parameters<typeof makeCampaign>[0] = {},
) {
  const { campaign, chapter, fundId } = await makeCampaign(options)
  const started = await begin(campaign.slug, { amount: '25.00', ...fields })
  await payAt(started.checkoutUrl)
  await settleAll(world)
  const donation = await db().donation.findUniqueOrThrow({ where: { id: started.donationId } })
  return { donationId: donation.id, chargeId: donation.chargeId ?? '', fundId, chapter, campaign, donation }
}

/** Gives the chapter's general fund money to bear losses with: somebody's tip. */
export async function fillReserve(world: World, chapterId: string, tip = '15'): Promise<bigint> {
  const { donation } = await paidGift(world, { amount: '400.00', tip }, { chapterId })
  return donation.tipFundId ?? 0n
}

export async function person(chapterId: string, ...roles: Role[]): Promise<UserActor> {
  const name = `Person ${newId().slice(-6)}`
  const { id } = await db().user.create({ data: { email: `${newId()}@example.org`, name } })
  await db().chapterRole.createMany({ data: roles.map((role) => ({ userId: id, chapterId, role })) })
  return { kind: 'user', userId: id, name, isAdmin: false, roles: roles.map((role) => ({ chapterId, role })) }
}

/** What each account of a fund holds, zero left out; debits are positive. */
export async function held(fundId: bigint): Promise<Record<string, bigint>> {
  const rows = await db().$queryRaw<{ role: string; minor: bigint }[]>`
    SELECT role, sum(balance_minor)::bigint AS minor FROM ledger.balances WHERE fund_id = ${fundId} AND balance_minor <> 0 GROUP BY role`
  return Object.fromEntries(rows.map(({ role, minor }) => [role, minor]))
}

export async function expectSound(): Promise<void> {
  expect(await verifyLedger(db())).toEqual([])
}

/** The refusal's code and its messages by field. */
export async function refusal(
  work: Promise<unknown>,
): Promise<{ code: string; fields: Record<string, string[]>; message: string }> {
  try {
    await work
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, fields: error.fieldErrors, message: error.message }
    throw error
  }
  throw new Error('nothing was refused')
}

/** Takes money of a fund from Stripe to the bank. */
export async function toBank(fundId: bigint, amountMinor: bigint): Promise<void> {
  const posting = () => ({
    ...{ idempotencyKey: newId(), sourceType: 'test', sourceId: 'bank' },
    ...{ effectiveAt: new Date(), actorId: 'system:seed' },
  })
  await postAvailable(db(), { ...posting(), fundId, amountMinor })
  const payout = await postPayout(db(), { ...posting(), lines: [{ fundId, amountMinor }] })
  await postPayoutArrival(db(), { ...posting(), payoutEntryId: payout.entryId })
}

/** Takes everything the gift brought from Stripe to the bank and wires it away through a disbursement: it is spent. */
export async function spendGift(gift: PaidGift): Promise<void> {
  const { fundId, campaign } = gift
  const amountMinor = gift.donation.giftMinor - (gift.donation.feeMinor ?? 0n)
  await toBank(fundId, amountMinor)
  const [asks, approves, releases] = [
    await person(campaign.chapterId, 'organizer'),
    await person(campaign.chapterId, 'treasurer'),
    await person(campaign.chapterId, 'treasurer'),
  ]
  const { aidGroupId } = await db().campaignAidGroup.findFirstOrThrow({ where: { campaignId: campaign.id } })
  const lines = [{ category: 'food', description: 'Flour', amount: toDecimalString(amountMinor, 'USD') }]
  const input = { campaignId: campaign.id, aidGroupId, purpose: 'Food', lines }
  const { id: disbursementId } = await requestDisbursement(asks, input)
  await approveDisbursement(approves, { disbursementId, version: 1 })
  const wireReference = `FT-${newId().slice(-8)}`
  await releaseDisbursement(releases, { disbursementId, version: 2, wireReference, transferFee: '' })
}
