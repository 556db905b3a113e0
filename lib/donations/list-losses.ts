import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import type { DisputeView } from './find-gift.ts'
import { donationChapterIds } from './policy.ts'
import { disputeState, OPEN_DISPUTE_STATUSES } from './states.ts'

/** A dispute that waits for its bank, for the overview. */
export type OpenDispute = Pick<
  DisputeView,
  'id' | 'stage' | 'label' | 'sentence' | 'amountMinor' | 'currency' | 'dueBy' | 'evidenceSent'
> & { donationId: string; campaignTitle: string }

/** Inquiries and disputes of the actor's chapters that no bank has decided, the nearest deadline first. */
export async function listOpenDisputes(actor: Actor): Promise<OpenDispute[]> {
  const found = await db().dispute.findMany({
    where: {
      status: { in: [...OPEN_DISPUTE_STATUSES] },
      donation: { campaign: { chapterId: { in: donationChapterIds(actor) } } },
    },
    include: { donation: { select: { campaign: { select: { title: true } } } } },
    orderBy: [{ dueBy: { sort: 'asc', nulls: 'last' } }, { openedAt: 'asc' }],
    take: 100,
  })
  return found.map(({ id, donationId, status, amountMinor, currency, dueBy, evidenceSent, donation }) => ({
    ...{ id, donationId, amountMinor, currency, dueBy, evidenceSent, campaignTitle: donation.campaign.title },
    ...disputeState(status),
  }))
}
