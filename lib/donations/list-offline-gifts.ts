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
  /** undeposited: no bank line is matched. deposited: the bank has it. corrected: entered by mistake and taken back. */
  state: 'undeposited' | 'deposited' | 'corrected'
  receiptToken: string
}

/** The offline gifts of the actor's chapters, the last entered first; at most 300. */
export async function listOfflineGifts(actor: Actor): Promise<OfflineGiftRow[]> {
  const rows = await db().donation.findMany({
    where: {
      offlineMethod: { not: null },
      campaign: { chapterId: { in: chapterIdsWith(actor, 'treasurer', 'auditor') } },
    },
    include: { campaign: { select: { title: true, slug: true } }, donor: { select: { email: true } } },
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
    state: row.reversalEntryId !== null ? 'corrected' : row.depositEntryId !== null ? 'deposited' : 'undeposited',
    receiptToken,
  }))
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
