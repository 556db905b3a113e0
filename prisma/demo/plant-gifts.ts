import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { feeRateOf } from '#lib/donations/policy.ts'
import { newId, newToken } from '#lib/ids.ts'
import { postGifts } from '#lib/ledger/post-gifts.ts'
import { coverFee } from '#lib/money/cover.ts'
import { splitByWeights } from '#lib/money/split.ts'
import { fromStripeAmount, toStripeAmount } from '#lib/money/stripe-amount.ts'
import type { DemoGift } from './gifts.ts'
import { type BulkResult, sandboxControl } from './sandbox-control.ts'
import { type LiveCampaign, must, type World } from './world.ts'

const BATCH = 100

type Prepared = { gift: DemoGift; campaign: LiveCampaign; donationId: string; coverMinor: bigint }
type Charged = Prepared & { charge: BulkResult }

/**
 * Gifts that were made in the past: charged in the sandbox without its checkout page, then written as `settleDonation`
 * writes one, a hundred at a time. No receipts are mailed.
 */
export async function plantGifts(world: World, gifts: readonly DemoGift[]): Promise<void> {
  for (let from = 0; from < gifts.length; from += BATCH) {
    const prepared = gifts.slice(from, from + BATCH).map((gift) => prepare(world, gift))
    const results = await sandboxControl.addCharges(prepared.map(chargeOf))
    const charged = prepared.map((one, index) => ({ ...one, charge: must(new Map(results.entries()), index) }))
    await record(charged)
  }
}

function prepare(world: World, gift: DemoGift): Prepared {
  const campaign = must(world.campaigns, gift.campaign)
  const coverMinor = gift.coversFee ? coverFee(gift.giftMinor, feeRateOf(campaign.chapter.currency)) : 0n
  return { gift, campaign, donationId: newId(gift.at.getTime()), coverMinor }
}

function chargeOf({ gift, campaign, donationId, coverMinor }: Prepared) {
  const { currency } = campaign.chapter
  return {
    amount: toStripeAmount(gift.giftMinor + coverMinor + gift.tipMinor, currency),
    currency: currency.toLowerCase(),
    created: Math.floor(gift.at.getTime() / 1000),
    metadata: { donation_id: donationId },
    email: gift.email,
    name: gift.name,
    description: `Gift to ${campaign.plan.title}`,
  }
}

async function record(charged: readonly Charged[]): Promise<void> {
  const emails = [...new Map(charged.map(({ gift }) => [gift.email, gift])).values()]
  await db().donor.createMany({
    data: emails.map(({ email, name }) => ({ id: newId(), email, name })),
    skipDuplicates: true,
  })
  const donors = await db().donor.findMany({
    where: { email: { in: emails.map(({ email }) => email) } },
    select: { id: true, email: true },
  })
  const donorIds = new Map(donors.map(({ id, email }) => [email, id]))
  const rows = charged.map((one) => ({
    ...one,
    ...amountsOf(one),
    pledgeId: newId(),
    donorId: must(donorIds, one.gift.email),
  }))
  await inTransaction(async (tx) => {
    const posted = await postGifts(tx, rows.map(postingOf))
    const entries = rows.map((row, index) => ({ ...row, entryId: posted[index]?.entryId ?? 0n }))
    await tx.pledge.createMany({
      data: entries.map(({ pledgeId, campaign, donorId, gift }) => ({
        ...{ id: pledgeId, campaignId: campaign.id, donorId, kind: 'once' as const, status: 'fulfilled' as const },
        ...{ amountMinor: gift.giftMinor, currency: campaign.chapter.currency, createdAt: gift.at },
      })),
    })
    await tx.donation.createMany({ data: entries.map(donationOf) })
    await tx.balanceTransaction.createMany({ data: entries.map(transactionOf) })
    await tx.balanceTransactionLeg.createMany({
      data: entries.flatMap(({ charge, campaign, gift, coverMinor, feeMinor, tipFeeMinor }) => [
        {
          balanceTransactionId: charge.balance_transaction,
          fundId: campaign.fundId,
          netMinor: gift.giftMinor + coverMinor - feeMinor,
        },
        ...(gift.tipMinor > 0n
          ? [
              {
                balanceTransactionId: charge.balance_transaction,
                fundId: campaign.chapter.generalFundId,
                netMinor: gift.tipMinor - tipFeeMinor,
              },
            ]
          : []),
      ]),
    })
  })
}

type Amounts = { feeMinor: bigint; tipFeeMinor: bigint; wholeFeeMinor: bigint }
type Row = Charged & Amounts & { pledgeId: string; donorId: string }

function amountsOf({ gift, campaign, coverMinor, charge }: Charged): Amounts {
  const wholeFeeMinor = fromStripeAmount(charge.fee, campaign.chapter.currency)
  const [feeMinor = 0n, tipFeeMinor = 0n] = splitByWeights(wholeFeeMinor, [gift.giftMinor + coverMinor, gift.tipMinor])
  return { feeMinor, tipFeeMinor, wholeFeeMinor }
}

function postingOf({ gift, campaign, charge, coverMinor, feeMinor, tipFeeMinor }: Row) {
  return {
    idempotencyKey: `gift:${charge.balance_transaction}`,
    sourceType: 'balance_transaction',
    sourceId: charge.balance_transaction,
    effectiveAt: new Date(charge.created * 1000),
    actorId: 'system:stripe',
    fundId: campaign.fundId,
    giftMinor: gift.giftMinor,
    coverMinor,
    feeMinor,
    ...(gift.tipMinor > 0n && {
      tip: { fundId: campaign.chapter.generalFundId, tipMinor: gift.tipMinor, feeMinor: tipFeeMinor },
    }),
  }
}

function donationOf({
  gift,
  campaign,
  charge,
  donationId,
  coverMinor,
  pledgeId,
  donorId,
  wholeFeeMinor,
  entryId,
}: Row & { entryId: bigint }) {
  return {
    ...{
      id: donationId,
      campaignId: campaign.id,
      pledgeId,
      donorId,
      status: 'settled' as const,
      submissionKey: `demo:${donationId}`,
    },
    ...{
      currency: campaign.chapter.currency,
      giftMinor: gift.giftMinor,
      coverMinor,
      tipMinor: gift.tipMinor,
      feeMinor: wholeFeeMinor,
    },
    ...{
      showName: gift.showName && gift.name !== null,
      showAmount: gift.showAmount,
      donorName: gift.name,
      receiptToken: newToken(),
    },
    ...{
      paymentIntentId: charge.payment_intent,
      chargeId: charge.charge,
      balanceTransactionId: charge.balance_transaction,
    },
    ...{ fundId: campaign.fundId, tipFundId: gift.tipMinor > 0n ? campaign.chapter.generalFundId : null, entryId },
    ...{ createdAt: gift.at, settledAt: new Date(charge.created * 1000) },
  }
}

function transactionOf({ gift, campaign, charge, coverMinor, wholeFeeMinor, entryId }: Row & { entryId: bigint }) {
  const amountMinor = gift.giftMinor + coverMinor + gift.tipMinor
  return {
    ...{
      id: charge.balance_transaction,
      reportingCategory: 'charge',
      sourceId: charge.charge,
      currency: campaign.chapter.currency,
    },
    ...{ amountMinor, feeMinor: wholeFeeMinor, netMinor: amountMinor - wholeFeeMinor, entryId },
    ...{ createdAt: new Date(charge.created * 1000), availableOn: new Date(charge.available_on * 1000) },
  }
}
