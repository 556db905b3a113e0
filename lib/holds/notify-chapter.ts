import type { DbClient } from '#lib/db/client.ts'
import { holdMail } from '#lib/email/hold-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { env } from '#lib/env.ts'
import { deskName } from '#lib/vetting/policy.ts'
import type { HoldEvent } from './types.ts'

/** Writes to the chapter's treasurers and organizers what happened to a hold, in the transaction in which it happened. */
export async function notifyChapter(
  tx: DbClient,
  holdId: string,
  event: 'open' | 'refund_back' | HoldEvent,
): Promise<void> {
  const hold = await tx.campaignHold.findUniqueOrThrow({
    where: { id: holdId },
    include: {
      campaign: { select: { title: true, chapterId: true } },
      aidGroup: { select: { chapterId: true, name: true, publicAlias: true } },
    },
  })
  const roles = await tx.chapterRole.findMany({
    where: {
      chapterId: hold.campaign.chapterId,
      role: { in: ['treasurer', 'organizer'] },
      revokedAt: null,
      user: { disabledAt: null },
    },
    distinct: ['userId'],
    select: { user: { select: { email: true } } },
    orderBy: { userId: 'asc' },
  })
  const facts = {
    ...{
      event,
      campaignTitle: hold.campaign.title,
      aidGroupName: deskName(hold.aidGroup, hold.campaign.chapterId),
      choiceUntil: hold.choiceUntil,
    },
    deskUrl: `${env().APP_URL.replace(/\/$/, '')}/treasurer/holds/${holdId}`,
  }
  for (const { user } of roles) await queueMail(tx, holdMail({ ...facts, recipient: user.email }))
}
