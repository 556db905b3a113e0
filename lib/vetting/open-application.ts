import { recordEvent } from '#lib/audit/record-event.ts'
import { hashVettingToken } from '#lib/auth/hash-token.ts'
import type { Actor, ApplicantActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import type { Locale } from './types.ts'

type OpenApplication = {
  actor: ApplicantActor
  aidGroupId: string
  locale: Locale
  round: number
  closesAt: Date
  /** When the round was submitted, through whichever of its links. */
  submittedAt: Date | null
}

const GUEST: Actor = { kind: 'guest' }

/**
 * Who holds this link, or null when it is unknown, closed or revoked: nobody learns which. A visitor who is signed in is
 * written down as one who has held it, so that the link is no way around the separation of duties.
 */
export async function openApplication(token: string, visitor: Actor = GUEST): Promise<OpenApplication | null> {
  if (!/^[\w-]{43}$/.test(token)) return null
  const link = await db().vettingApplication.findUnique({
    where: { tokenHash: hashVettingToken('application', token), revokedAt: null, closesAt: { gt: now() } },
  })
  if (!link) return null
  if (link.openedAt === null) {
    await db().vettingApplication.updateMany({ where: { id: link.id, openedAt: null }, data: { openedAt: now() } })
  }
  const { id: applicationId, aidGroupId, round, closesAt } = link
  await recordHolder(visitor, applicationId)
  const sent = await db().vettingApplication.findFirst({
    where: { aidGroupId, round, submittedAt: { not: null } },
    select: { submittedAt: true },
  })
  return {
    actor: { kind: 'applicant', aidGroupId, applicationId },
    ...{ aidGroupId, round, closesAt, submittedAt: sent?.submittedAt ?? null },
    locale: link.locale === 'uk' ? 'uk' : 'en',
  }
}

/** Once for each person and link, before they can write anything through it. */
async function recordHolder(visitor: Actor, applicationId: string): Promise<void> {
  if (visitor.kind !== 'user') return
  const holder = { applicationId, userId: visitor.userId }
  if ((await db().applicationHolder.count({ where: holder })) > 0) return
  await inTransaction(async (tx) => {
    const { count } = await tx.applicationHolder.createMany({
      data: [{ ...holder, seenAt: now() }],
      skipDuplicates: true,
    })
    if (count === 0) return
    const { aidGroup } = await tx.vettingApplication.findUniqueOrThrow({
      where: { id: applicationId },
      select: { aidGroup: { select: { id: true, chapterId: true } } },
    })
    await recordEvent(tx, visitor, {
      ...{ action: 'aid_group.open_application', subjectType: 'aid_group', subjectId: aidGroup.id },
      ...{ chapterId: aidGroup.chapterId, detail: { applicationId } },
    })
  })
}
