import { recordEvent } from '#lib/audit/record-event.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient, Prisma } from '#lib/db/client.ts'
import { newId } from '#lib/ids.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import type { PledgeStatus } from './states.ts'
import type { PledgeStepKind } from './types.ts'

export type PledgeStep = {
  kind: PledgeStepKind
  from: PledgeStatus
  to: PledgeStatus
  /** Makes what Stripe may report more than once happen once. */
  key?: string
  reason?: string | null
  detail?: Prisma.InputJsonObject
  /** Whether the donor is told by mail. */
  isTold: boolean
}

/**
 * Writes one line of a pledge's history, its audit row and, where the donor is told, the job that mails it; in the
 * caller's transaction, as its last statements. Answers false when the key says that it is written already.
 */
export async function recordPledgeStep(
  tx: DbClient,
  actor: Actor,
  pledge: { id: string; campaign: { chapterId: string } },
  step: PledgeStep,
): Promise<boolean> {
  const { kind, from, to, isTold } = step
  const [key, reason, detail] = [step.key ?? null, step.reason ?? null, step.detail ?? {}]
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO pledge_step (id, pledge_id, kind, from_status, to_status, key, reason, detail, actor_id, at)
    VALUES (${newId()}::uuid, ${pledge.id}::uuid, ${kind}, ${from}::pledge_status, ${to}::pledge_status, ${key}, ${reason},
      ${JSON.stringify(detail)}::jsonb, ${actorId(actor)}, ${now()})
    ON CONFLICT (key) DO NOTHING RETURNING id`
  const [row] = rows
  if (!row) return false
  if (isTold) await enqueueJob(tx, 'mail-pledge-step', { stepId: row.id }, { priority: 10 })
  await recordEvent(tx, actor, {
    ...{ action: `pledge.${kind}`, subjectType: 'pledge', subjectId: pledge.id, chapterId: pledge.campaign.chapterId },
    ...(reason === null ? {} : { reason }),
    detail: { ...detail, from, to },
  })
  return true
}
