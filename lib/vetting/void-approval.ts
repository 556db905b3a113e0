import type { Actor } from '#lib/auth/types.ts'
import type { DbClient } from '#lib/db/client.ts'
import { approvalVoidMail } from '#lib/email/approval-void-mail.tsx'
import { queueMail } from '#lib/email/queue-mail.ts'
import { env } from '#lib/env.ts'
import { stepGroup } from './move-group.ts'
import { NOBODY_APPROVED } from './review-group.ts'
import { canStep } from './states.ts'
import type { AidGroupStatus } from './types.ts'

const REASON = 'The bank account was changed after the approval.'

/**
 * What a change of the bank account does to an approval, within the transaction that changes it: the group goes back into
 * review, nobody has approved it any more, and the people who send and check are told. The database refuses the change
 * without it. Nothing where there is no approval to take back.
 */
export async function voidApproval(
  tx: DbClient,
  actor: Actor,
  { aidGroupId, status }: { aidGroupId: string; status: AidGroupStatus },
): Promise<void> {
  if (!canStep(status, 'void_approval')) return
  const data = { reviewedById: null, ...NOBODY_APPROVED }
  await stepGroup(tx, actor, { aidGroupId, event: 'void_approval', reason: REASON, data })
  await tellChapter(tx, aidGroupId)
}

/** Treasurers and vetting reviewers: the ones wait with payments, the others verify the account by another way. */
async function tellChapter(tx: DbClient, aidGroupId: string): Promise<void> {
  const { name, chapterId } = await tx.aidGroup.findUniqueOrThrow({ where: { id: aidGroupId } })
  const people = await tx.chapterRole.findMany({
    where: { chapterId, role: { in: ['treasurer', 'vetting_reviewer'] }, revokedAt: null, user: { disabledAt: null } },
    distinct: ['userId'],
    orderBy: { userId: 'asc' },
    select: { user: { select: { email: true } } },
  })
  const deskUrl = new URL(`/vetting/aid-groups/${aidGroupId}/bank`, env().APP_URL).toString()
  for (const { user } of people) {
    await queueMail(tx, approvalVoidMail({ recipient: user.email, groupName: name, deskUrl }))
  }
}
