import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'

const ROWS_MAX = 300

export type OfflineMethod = 'cash' | 'cheque' | 'bank_transfer'

/** A gift without Stripe as its treasurers see it. */
export type OfflineGiftRow = {
  id: string
  campaignTitle: string
  campaignSlug: string
  currency: string
  amountMinor: bigint
  method: OfflineMethod
  reference: string | null
  donorName: string | null
  hasEmail: boolean
  receivedOn: Date
  /** Given back by hand, and stands. */
  refundedMinor: bigint
  /**
   * undeposited: no bank line is matched. deposited: the bank has it. corrected: entered by mistake and taken back.
   * returned: all of it was given back before it came to a bank.
   */
  state: 'undeposited' | 'deposited' | 'corrected' | 'returned'
  receiptToken: string
}

/** The offline gifts of the actor's chapters, the last entered first; at most 300. */
export async function listOfflineGifts(actor: Actor): Promise<OfflineGiftRow[]> {
  const rows = await db().donation.findMany({
    where: {
      offlineMethod: { not: null },
      campaign: { chapterId: { in: chapterIdsWith(actor, 'treasurer', 'auditor') } },
    },
    include: {
      campaign: { select: { title: true, slug: true } },
      donor: { select: { email: true } },
      refunds: { where: { origin: 'hand', status: 'succeeded' }, select: { amountMinor: true } },
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: ROWS_MAX,
  })
  return rows.map(({ id, campaign, currency, giftMinor, donorName, donor, receiptToken, ...row }) => ({
    ...{ id, campaignTitle: campaign.title, campaignSlug: campaign.slug, currency, amountMinor: giftMinor },
    ...{
      method: row.offlineMethod ?? 'cash',
      reference: row.offlineReference,
      donorName,
      hasEmail: donor.email !== null,
    },
    receivedOn: row.settledAt ?? row.createdAt,
    refundedMinor: refundedOf(row),
    state: stateOf(giftMinor, row),
    receiptToken,
  }))
}

type RowFacts = {
  reversalEntryId: bigint | null
  depositEntryId: bigint | null
  refunds: readonly { amountMinor: bigint }[]
}

function refundedOf({ refunds }: RowFacts): bigint {
  return refunds.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
}

function stateOf(giftMinor: bigint, row: RowFacts): OfflineGiftRow['state'] {
  if (row.reversalEntryId !== null) return 'corrected'
  if (row.depositEntryId !== null) return 'deposited'
  return refundedOf(row) >= giftMinor ? 'returned' : 'undeposited'
}

/** The campaigns that the actor may enter gifts for. */
export async function listOfflineTargets(
  actor: Actor,
): Promise<{ id: string; title: string; chapterName: string; currency: string }[]> {
  const campaigns = await db().campaign.findMany({
    where: { chapterId: { in: chapterIdsWith(actor, 'treasurer') }, fundId: { not: null }, status: { not: 'settled' } },
    include: { chapter: { select: { name: true } } },
    orderBy: { title: 'asc' },
  })
  return campaigns.map(({ id, title, chapter, currency }) => ({ id, title, chapterName: chapter.name, currency }))
}
