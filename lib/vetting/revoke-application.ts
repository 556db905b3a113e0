import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { notFound, requireInScope } from './move-group.ts'
import { canNominate } from './policy.ts'
import { idText } from './schema.ts'

const revocationSchema = z.object({ applicationId: idText })

/** Closes one link of an application at once and for good; what came through it stays. Throws `forbidden`. */
export async function revokeApplication(actor: Actor, input: unknown): Promise<void> {
  const { applicationId } = parseInput(revocationSchema, input)
  const link = await db().vettingApplication.findUnique({
    where: { id: applicationId },
    select: { aidGroupId: true, aidGroup: { select: { chapterId: true } } },
  })
  if (!link) throw notFound()
  const { aidGroupId } = link
  const { chapterId } = link.aidGroup
  await requireInScope(actor, aidGroupId)
  if (!canNominate(actor, chapterId)) {
    throw new AppError('forbidden', 'Only an organizer or a vetting reviewer of this chapter can do this.')
  }
  await inTransaction(async (tx) => {
    const where = { id: applicationId, revokedAt: null }
    const { count } = await tx.vettingApplication.updateMany({ where, data: { revokedAt: now() } })
    if (count === 0) return
    await recordEvent(tx, actor, {
      ...{ action: 'aid_group.revoke_application', subjectType: 'aid_group', subjectId: aidGroupId, chapterId },
      detail: { applicationId },
    })
  })
}
