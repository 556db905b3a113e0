import type { CampaignStatus, SurplusRule } from '#lib/campaigns/types.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import type { DonationStatus } from './states.ts'

/** A donation and what decides where its money goes, read under the donation's row lock. */
export type LockedDonation = {
  id: string
  status: DonationStatus
  pledgeId: string
  currency: string
  giftMinor: bigint
  coverMinor: bigint
  tipMinor: bigint
  campaignId: string
  campaignStatus: CampaignStatus
  campaignTitle: string
  campaignCurrency: string
  campaignFundId: bigint | null
  surplusRule: SurplusRule
  chapterId: string
  chapterCurrency: string
  generalFundId: bigint | null
}

/** Locks one donation until the transaction ends. Throws `not_found`. */
export async function lockDonation(tx: DbClient, donationId: string): Promise<LockedDonation> {
  const rows = await tx.$queryRaw<LockedDonation[]>`
    SELECT d.id, d.status, d.pledge_id AS "pledgeId", d.currency, d.gift_minor AS "giftMinor", d.cover_minor AS "coverMinor",
      d.tip_minor AS "tipMinor", c.id AS "campaignId", c.status AS "campaignStatus", c.title AS "campaignTitle",
      c.currency AS "campaignCurrency", c.fund_id AS "campaignFundId",
      c.surplus_rule AS "surplusRule", h.id AS "chapterId", h.currency AS "chapterCurrency", h.general_fund_id AS "generalFundId"
    FROM donation d JOIN campaign c ON c.id = d.campaign_id JOIN chapter h ON h.id = c.chapter_id
    WHERE d.id = ${donationId}::uuid FOR UPDATE OF d`
  const [donation] = rows
  if (!donation) throw new AppError('not_found', 'There is no such gift.')
  return donation
}
