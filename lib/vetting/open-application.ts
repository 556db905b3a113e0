import { hashVettingToken } from '#lib/auth/hash-token.ts'
import type { ApplicantActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import type { Locale } from './types.ts'

export type OpenApplication = {
  actor: ApplicantActor
  aidGroupId: string
  locale: Locale
  round: number
  closesAt: Date
  /** When the round was submitted, through whichever of its links. */
  submittedAt: Date | null
}

/** Who holds this link, or null when it is unknown, closed or revoked: nobody learns which. */
export async function openApplication(token: string): Promise<OpenApplication | null> {
  if (!/^[\w-]{43}$/.test(token)) return null
  const link = await db().vettingApplication.findUnique({
    where: { tokenHash: hashVettingToken('application', token), revokedAt: null, closesAt: { gt: now() } },
  })
  if (!link) return null
  if (link.openedAt === null) {
    await db().vettingApplication.updateMany({ where: { id: link.id, openedAt: null }, data: { openedAt: now() } })
  }
  const { id: applicationId, aidGroupId, round, closesAt } = link
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
