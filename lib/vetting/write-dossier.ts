import { type AuditRecord, recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { notFound, requireInScope } from './move-group.ts'
import { isOwnGroup, refuseWriting } from './policy.ts'
import type { Part, WritingFacts } from './types.ts'

/** What a write of the dossier did; without an event nothing was changed. */
type Written<Result> = { result: Result; event: Pick<AuditRecord, 'action' | 'detail'> | null }

/**
 * Every write of a dossier: scope, the group's row lock, policy, the work and its audit row in one transaction. The
 * exported writes of this folder are its only callers.
 */
export async function writeDossier<Result>(
  actor: Actor,
  { aidGroupId, part }: { aidGroupId: string; part: Part },
  work: (tx: DbClient, facts: WritingFacts) => Promise<Written<Result>>,
): Promise<Result> {
  if (!isOwnGroup(actor, aidGroupId)) await requireInScope(actor, aidGroupId)
  return await inTransaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM aid_group WHERE id = ${aidGroupId}::uuid FOR UPDATE`
    const facts = await readWritingFacts(tx, actor, aidGroupId)
    if (!facts) throw notFound()
    const refusal = refuseWriting(actor, facts, part)
    if (refusal) throw new AppError(refusal.code, refusal.message)
    const { result, event } = await work(tx, facts)
    if (event) {
      const { chapterId } = facts
      await recordEvent(tx, actor, { subjectType: 'aid_group', subjectId: aidGroupId, chapterId, ...event })
    }
    return result
  })
}

/** What decides who may write now; null when there is no such group. */
export async function readWritingFacts(
  client: DbClient,
  actor: Actor,
  aidGroupId: string,
): Promise<WritingFacts | null> {
  const group = await client.aidGroup.findUnique({
    where: { id: aidGroupId },
    select: {
      id: true,
      chapterId: true,
      status: true,
      applications: true,
      requests: { where: { answeredAt: null }, select: { section: true } },
    },
  })
  if (!group) return null
  const { applications, requests, ...facts } = group
  const link = actor.kind === 'applicant' ? applications.find(({ id }) => id === actor.applicationId) : undefined
  const round = link?.round ?? Math.max(1, ...applications.map((application) => application.round))
  return {
    ...facts,
    round,
    isLinkOpen: link !== undefined && link.revokedAt === null && link.closesAt > now(),
    isRoundSubmitted: applications.some((one) => one.round === round && one.submittedAt !== null),
    openRequests: requests.map(({ section }) => section),
  }
}
