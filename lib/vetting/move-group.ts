import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db, type Prisma } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { canSeeAidGroup, isOwnGroup, refuseStep } from './policy.ts'
import { aidGroupSteps, concernsCampaigns } from './states.ts'
import type { AidGroupEvent, AidGroupFacts } from './types.ts'

type StepInput = {
  aidGroupId: string
  event: AidGroupEvent
  reason?: string
  /** Columns that change with the status. */
  data?: Prisma.AidGroupUncheckedUpdateInput
  /** Rows that belong to the step, written in its transaction before the status changes. */
  alongside?: (tx: DbClient, group: AidGroupFacts) => Promise<void>
}

/**
 * Makes one step of an aid group under its row lock: policy, new status, history and audit row in one transaction.
 * The exported writes of this folder are its only callers.
 */
export async function moveGroup(actor: Actor, input: StepInput): Promise<void> {
  if (!isOwnGroup(actor, input.aidGroupId)) await requireInScope(actor, input.aidGroupId)
  await inTransaction((tx) => stepGroup(tx, actor, input))
}

/** The same within a transaction of the caller, which has to do with the step: a screening that found somebody. */
export async function stepGroup(tx: DbClient, actor: Actor, input: StepInput): Promise<void> {
  const group = await lockGroup(tx, input.aidGroupId)
  const refusal = group ? refuseStep(actor, group, input.event, now()) : null
  if (!group) throw notFound()
  if (refusal) throw new AppError(refusal.code, refusal.message)
  const { to } = aidGroupSteps[input.event]
  await input.alongside?.(tx, group)
  await recordChange(tx, actor, group, input)
  await tx.aidGroup.update({
    where: { id: group.id },
    data: { ...input.data, status: to, statusReason: input.reason ?? null, version: { increment: 1 } },
  })
  // What this does to its campaigns, their money and their givers: lib/holds.
  if (concernsCampaigns(group.status, to)) await enqueueJob(tx, 'handle-group-change', { aidGroupId: group.id })
  await recordEvent(tx, actor, {
    action: `aid_group.${input.event}`,
    subjectType: 'aid_group',
    subjectId: group.id,
    chapterId: group.chapterId,
    ...(input.reason === undefined ? {} : { reason: input.reason }),
    detail: { from: group.status, to },
  })
}

export const notFound = () => new AppError('not_found', 'There is no such aid group.')

/**
 * Goes on only with an aid group of one of the actor's chapters. Anything else is `not_found`, and another chapter's
 * leaves a line in the audit log.
 */
export async function requireInScope(actor: Actor, aidGroupId: string): Promise<void> {
  const found = await db().aidGroup.findUnique({ where: { id: aidGroupId }, select: { chapterId: true } })
  if (found && canSeeAidGroup(actor, found.chapterId)) return
  if (found) {
    const { chapterId } = found
    await recordRefusedAccess(actor, { subjectType: 'aid_group', subjectId: aidGroupId, chapterId })
  }
  throw notFound()
}

async function recordChange(tx: DbClient, actor: Actor, group: AidGroupFacts, input: StepInput): Promise<void> {
  await tx.aidGroupStatusChange.create({
    data: {
      aidGroupId: group.id,
      from: group.status,
      to: aidGroupSteps[input.event].to,
      reason: input.reason ?? null,
      actorId: actorId(actor),
      at: await momentOf(tx, group.id),
    },
  })
}

/** The product's clock, never ahead of the database's, and after every earlier step: the database asks for both. */
async function momentOf(tx: DbClient, aidGroupId: string): Promise<Date> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>`
    SELECT greatest(least(${now()}::timestamptz, clock_timestamp()), max(c.at) + interval '1 millisecond') AS at
    FROM aid_group_status_change AS c WHERE c.aid_group_id = ${aidGroupId}::uuid`
  return row?.at ?? now()
}

/** The group as the rules need it, locked until the transaction ends. */
async function lockGroup(tx: DbClient, aidGroupId: string): Promise<AidGroupFacts | null> {
  await tx.$queryRaw`SELECT id FROM aid_group WHERE id = ${aidGroupId}::uuid FOR UPDATE`
  const row = await tx.aidGroup.findUnique({ where: { id: aidGroupId } })
  return row ? { ...row, workedOnByIds: await workedOnByIds(tx, aidGroupId) } : null
}

/** Who worked towards the approval that is being sought, as aid_group_worked_on_by in the database counts it. */
export async function workedOnByIds(tx: DbClient, aidGroupId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT held.user_id AS id FROM aid_group AS g
      JOIN chapter_role AS held ON held.chapter_id = g.chapter_id AND held.role = 'vetting_reviewer'
    WHERE g.id = ${aidGroupId}::uuid AND aid_group_worked_on_by(g.id, held.user_id)`
  return rows.map(({ id }) => id)
}
