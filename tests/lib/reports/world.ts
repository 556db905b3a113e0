import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { approveDisbursement } from '#lib/disbursements/approve-disbursement.ts'
import { confirmReceipt } from '#lib/disbursements/confirm-receipt.ts'
import { releaseDisbursement } from '#lib/disbursements/release-disbursement.ts'
import { returnWire } from '#lib/disbursements/return-wire.ts'
import { newId, newToken } from '#lib/ids.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { postGift } from '#lib/ledger/post-gift.ts'
import type { Posting } from '#lib/ledger/types.ts'
import { evidence, request, row, type World, wireReference } from '#tests/lib/disbursements/fixture.ts'

export function posting(at = new Date(), memo?: string): Posting {
  return {
    idempotencyKey: `test:${newId()}`,
    sourceType: 'test',
    sourceId: newId(),
    effectiveAt: at,
    actorId: 'system:seed',
    ...(memo === undefined ? {} : { memo }),
  }
}

/** The chapter's general fund, which takes tips. */
export async function openGeneralFund(world: World): Promise<bigint> {
  const fundId = await inTransaction((tx) =>
    openFund(tx, {
      chapterId: world.chapter.id,
      campaignId: null,
      restriction: 'without',
      currency: 'USD',
      name: 'General fund',
    }),
  )
  await db().chapter.update({ where: { id: world.chapter.id }, data: { generalFundId: fundId } })
  return fundId
}

type GiftOptions = {
  giftMinor: bigint
  coverMinor?: bigint
  feeMinor?: bigint
  name?: string
  showName?: boolean
  showAmount?: boolean
  tip?: { fundId: bigint; tipMinor: bigint; feeMinor: bigint }
  at?: Date
}

/** A settled gift as the donations room leaves it: the ledger's entry and the donation that names it. */
export async function give(world: World, options: GiftOptions): Promise<bigint> {
  const { giftMinor, coverMinor = 0n, feeMinor = 0n, name, showName = false, showAmount = true, tip } = options
  const at = options.at ?? new Date()
  const { id: campaignId, fundId } = world.campaign
  return inTransaction(async (tx) => {
    const donor = await tx.donor.create({ data: { email: `${newId()}@example.org` } })
    const pledge = await tx.pledge.create({
      data: { campaignId, donorId: donor.id, amountMinor: giftMinor, currency: 'USD', status: 'fulfilled' },
    })
    const { entryId } = await postGift(tx, { ...posting(at), fundId, giftMinor, coverMinor, feeMinor, tip })
    await tx.donation.create({
      data: {
        ...{ campaignId, pledgeId: pledge.id, donorId: donor.id, status: 'settled', submissionKey: newToken() },
        ...{ currency: 'USD', giftMinor, coverMinor, tipMinor: tip?.tipMinor ?? 0n, feeMinor, fundId, entryId },
        ...{ donorName: name ?? null, showName, showAmount, receiptToken: newToken(), settledAt: at },
      },
    })
    return entryId
  })
}

/** A disbursement taken through its steps by the people of the world, as far as asked. */
export async function disburse(
  world: World,
  amount: string,
  upTo: 'approved' | 'released' | 'confirmed' | 'returned',
  transferFee = '',
): Promise<string> {
  const disbursementId = await request(world, amount)
  const now = async () => ({ disbursementId, version: (await row(disbursementId)).version })
  await approveDisbursement(world.approver, await now())
  if (upTo === 'approved') return disbursementId
  await releaseDisbursement(world.releaser, { ...(await now()), wireReference: wireReference(), transferFee })
  if (upTo === 'returned') await returnWire(world.approver, { ...(await now()), reason: 'The account was closed.' })
  if (upTo === 'confirmed') await confirmReceipt(world.organizer, { ...(await now()), evidence: evidence() })
  return disbursementId
}
