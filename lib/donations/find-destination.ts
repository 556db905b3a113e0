import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import type { LockedDonation } from './lock-donation.ts'
import { destinationOf } from './policy.ts'
import type { SettledAmounts } from './types.ts'

/** Where a paid gift's parts go. When gift and tip end in the same fund they are one amount. */
export type Destination = {
  destination: 'campaign' | 'general' | 'next'
  fundId: bigint
  giftMinor: bigint
  tipFundId: bigint | null
  tipMinor: bigint
}

/**
 * Applies the surplus rule to a gift that was paid after the end, and finds the fund of the tip. `settled` is what Stripe
 * has for it: the money is in that currency, so every fund named here is.
 */
export async function destinationFunds(
  tx: DbClient,
  donation: LockedDonation,
  settled: SettledAmounts,
): Promise<Destination> {
  const { giftMinor, tipMinor, currency } = settled
  const { destination, fundId } = await giftFund(tx, donation, currency)
  if (tipMinor === 0n) return { destination, fundId, giftMinor, tipFundId: null, tipMinor }
  const tipFundId = await generalFund(tx, donation, currency)
  if (tipFundId === fundId)
    return { destination, fundId, giftMinor: giftMinor + tipMinor, tipFundId: null, tipMinor: 0n }
  return { destination, fundId, giftMinor, tipFundId, tipMinor }
}

async function giftFund(
  tx: DbClient,
  donation: LockedDonation,
  currency: string,
): Promise<Pick<Destination, 'destination' | 'fundId'>> {
  const wanted = destinationOf(donation.campaignStatus, donation.surplusRule)
  if (wanted === 'next') {
    const next = await nextCampaignFund(tx, donation, currency)
    if (next !== null) return { destination: 'next', fundId: next }
  }
  // Money never crosses currencies silently: a general fund in another currency cannot take it.
  if (wanted !== 'campaign' && donation.chapterCurrency === currency) {
    return { destination: 'general', fundId: await generalFund(tx, donation, currency) }
  }
  if (donation.campaignFundId === null) throw new AppError('wrong_state', 'This campaign has no fund yet.')
  if (donation.campaignCurrency === currency) return { destination: 'campaign', fundId: donation.campaignFundId }
  const { campaignId, campaignTitle } = donation
  const purse = { campaignId, restriction: 'with', name: `${campaignTitle} (${currency})` } as const
  return { destination: 'campaign', fundId: await purseIn(tx, donation.chapterId, { ...purse, currency }) }
}

/** The campaign of the chapter that opened last and is still live. */
async function nextCampaignFund(tx: DbClient, donation: LockedDonation, currency: string): Promise<bigint | null> {
  const next = await tx.campaign.findFirst({
    where: {
      ...{ chapterId: donation.chapterId, currency, status: 'live', fundId: { not: null } },
      id: { not: donation.campaignId },
    },
    orderBy: [{ liveAt: 'desc' }, { id: 'asc' }],
    select: { fundId: true },
  })
  return next?.fundId ?? null
}

/** The chapter's general fund, opened by the first gift that needs it; in another currency a purse beside it. */
async function generalFund(tx: DbClient, donation: LockedDonation, currency: string): Promise<bigint> {
  const { chapterId, chapterCurrency, generalFundId } = donation
  if (chapterCurrency === currency) return generalFundId ?? openGeneralFund(tx, chapterId)
  const name = `${(await lockChapter(tx, chapterId)).name}: general fund (${currency})`
  return purseIn(tx, chapterId, { campaignId: null, restriction: 'without', name, currency })
}

/** The chapter's general fund in its own currency, opened where there is none yet. */
export async function openGeneralFund(tx: DbClient, chapterId: string): Promise<bigint> {
  const chapter = await lockChapter(tx, chapterId)
  if (chapter.generalFundId !== null) return chapter.generalFundId
  const fund = { restriction: 'without', currency: chapter.currency, name: `${chapter.name}: general fund` } as const
  const fundId = await openFund(tx, { chapterId, campaignId: null, ...fund })
  await tx.chapter.update({ where: { id: chapterId }, data: { generalFundId: fundId } })
  return fundId
}

async function lockChapter(tx: DbClient, chapterId: string) {
  const [chapter] = await tx.$queryRaw<{ generalFundId: bigint | null; name: string; currency: string }[]>`
    SELECT general_fund_id AS "generalFundId", name, currency FROM chapter WHERE id = ${chapterId}::uuid FOR UPDATE`
  if (!chapter) throw new Error('a gift belongs to a chapter')
  return chapter
}

type Purse = { campaignId: string | null; restriction: 'with' | 'without'; currency: string; name: string }

/**
 * The purse for money in another currency than the campaign or chapter keeps, opened by the first such gift: a fund has
 * one currency, and what Stripe holds in dollars is not euros until somebody changes it.
 */
async function purseIn(tx: DbClient, chapterId: string, purse: Purse): Promise<bigint> {
  const find = () => tx.$queryRaw<{ id: bigint }[]>`
    SELECT id FROM ledger.funds WHERE chapter_id = ${chapterId}::uuid AND campaign_id IS NOT DISTINCT FROM ${purse.campaignId}::uuid
      AND currency = ${purse.currency} AND restriction = ${purse.restriction} ORDER BY id LIMIT 1`
  const [known] = await find()
  if (known) return known.id
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`purse of ${chapterId}`}, 1))`
  const [meanwhile] = await find()
  return meanwhile?.id ?? openFund(tx, { chapterId, ...purse })
}
