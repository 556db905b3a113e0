import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import type { LockedDonation } from './lock-donation.ts'
import { destinationOf } from './policy.ts'

/** Where a paid gift's parts go. When gift and tip end in the same fund they are one amount. */
export type Destination = {
  destination: 'campaign' | 'general' | 'next'
  fundId: bigint
  giftMinor: bigint
  tipFundId: bigint | null
  tipMinor: bigint
}

/** Applies the surplus rule to a gift that was paid after the end, and finds the fund of the tip. */
export async function destinationFunds(tx: DbClient, donation: LockedDonation): Promise<Destination> {
  const { destination, fundId } = await giftFund(tx, donation)
  const { giftMinor, tipMinor } = donation
  if (tipMinor === 0n) return { destination, fundId, giftMinor, tipFundId: null, tipMinor }
  const tipFundId = await generalFund(tx, donation)
  if (tipFundId === fundId)
    return { destination, fundId, giftMinor: giftMinor + tipMinor, tipFundId: null, tipMinor: 0n }
  return { destination, fundId, giftMinor, tipFundId, tipMinor }
}

async function giftFund(tx: DbClient, donation: LockedDonation): Promise<Pick<Destination, 'destination' | 'fundId'>> {
  const wanted = destinationOf(donation.campaignStatus, donation.surplusRule)
  if (wanted === 'next') {
    const next = await nextCampaignFund(tx, donation)
    if (next !== null) return { destination: 'next', fundId: next }
  }
  // Money never crosses currencies silently: a general fund in another currency cannot take it.
  if (wanted !== 'campaign' && donation.chapterCurrency === donation.currency) {
    return { destination: 'general', fundId: await generalFund(tx, donation) }
  }
  if (donation.campaignFundId === null) throw new AppError('wrong_state', 'This campaign has no fund yet.')
  return { destination: 'campaign', fundId: donation.campaignFundId }
}

/** The campaign of the chapter that opened last and is still live. */
async function nextCampaignFund(tx: DbClient, donation: LockedDonation): Promise<bigint | null> {
  const next = await tx.campaign.findFirst({
    where: {
      chapterId: donation.chapterId,
      currency: donation.currency,
      status: 'live',
      fundId: { not: null },
      id: { not: donation.campaignId },
    },
    orderBy: [{ liveAt: 'desc' }, { id: 'asc' }],
    select: { fundId: true },
  })
  return next?.fundId ?? null
}

/** The chapter's general fund, opened by the first gift that needs it. */
async function generalFund(tx: DbClient, donation: LockedDonation): Promise<bigint> {
  if (donation.generalFundId !== null) return donation.generalFundId
  const rows = await tx.$queryRaw<{ generalFundId: bigint | null; name: string }[]>`
    SELECT general_fund_id AS "generalFundId", name FROM chapter WHERE id = ${donation.chapterId}::uuid FOR UPDATE`
  const [chapter] = rows
  if (chapter?.generalFundId) return chapter.generalFundId
  const fundId = await openFund(tx, {
    chapterId: donation.chapterId,
    campaignId: null,
    restriction: 'without',
    currency: donation.chapterCurrency,
    name: `${chapter?.name ?? 'Chapter'}: general fund`,
  })
  await tx.chapter.update({ where: { id: donation.chapterId }, data: { generalFundId: fundId } })
  return fundId
}
