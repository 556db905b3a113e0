import { recordEvent } from '#lib/audit/record-event.ts'
import { type Actor, actorId } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newId } from '#lib/ids.ts'
import { enqueueJob } from '#lib/jobs/enqueue-job.ts'
import { requireListKeeper } from './policy.ts'

type RunInput = { cause: 'new_list' | 'by_hand' | 'daily'; snapshotId?: string }

/** Screens every aid group again, by a job that counts how far it is. Answers the run's id. */
export async function rescreenAll(actor: Actor, input: RunInput): Promise<string> {
  requireListKeeper(actor)
  return inTransaction(async (tx) => {
    const runId = await queueRun(tx, actor, input)
    await recordEvent(tx, actor, {
      ...{ action: 'screening_run.start', subjectType: 'screening_run', subjectId: runId },
      detail: { cause: input.cause },
    })
    return runId
  })
}

/** The same within a transaction of the caller, who leaves the audit row. */
export async function queueRun(tx: DbClient, actor: Actor, { cause, snapshotId }: RunInput): Promise<string> {
  const id = newId()
  const total = await countScreened(tx)
  await tx.screeningRun.create({
    data: { id, cause, snapshotId: snapshotId ?? null, startedBy: actorId(actor), startedAt: now(), total },
  })
  await enqueueJob(tx, 'rescreen-groups', { runId: id }, { jobKey: `rescreen-groups:${id}` })
  return id
}

/** How many aid groups a run has to do: all but drafts and those whose vetting has ended. */
async function countScreened(tx: DbClient): Promise<number> {
  return tx.aidGroup.count({ where: { status: { notIn: ['draft', 'rejected', 'withdrawn'] } } })
}
