import { recordEvent } from '#lib/audit/record-event.ts'
import { requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { lockSource, supersede } from './import-list.ts'
import { requireListKeeper } from './policy.ts'
import { decisionSchema } from './schema.ts'
import { queueRun } from './start-run.ts'

/** Puts a list that waited for a person's word in force: { snapshotId, reason }. Everyone is screened again. */
export async function acceptSnapshot(actor: Actor, input: unknown): Promise<void> {
  await decide(actor, input, 'current')
}

/** Leaves a list that waited out of force for good; the one in force stays. */
export async function refuseSnapshot(actor: Actor, input: unknown): Promise<void> {
  await decide(actor, input, 'refused')
}

async function decide(actor: Actor, input: unknown, status: 'current' | 'refused'): Promise<void> {
  requireListKeeper(actor)
  const { userId } = requireUser(actor)
  const { snapshotId, reason } = parseInput(decisionSchema, input)
  await inTransaction(async (tx) => {
    const snapshot = await requireWaiting(tx, snapshotId)
    if (status === 'current') await supersede(tx, snapshot.source)
    await tx.listSnapshot.update({
      where: { id: snapshotId },
      data: { status, decidedById: userId, decidedAt: now(), decidedReason: reason },
    })
    if (status === 'current') await queueRun(tx, actor, { cause: 'new_list', snapshotId })
    await recordEvent(tx, actor, {
      action: status === 'current' ? 'list.accept' : 'list.refuse',
      ...{ subjectType: 'list_snapshot', subjectId: snapshotId, reason },
      detail: { source: snapshot.source, sha256: snapshot.sha256, doubts: snapshot.doubts },
    })
  })
}

async function requireWaiting(tx: DbClient, snapshotId: string) {
  const found = await tx.listSnapshot.findUnique({ where: { id: snapshotId } })
  if (!found) throw new AppError('not_found', 'There is no such list.')
  await lockSource(tx, found.source)
  const snapshot = await tx.listSnapshot.findUniqueOrThrow({ where: { id: snapshotId } })
  if (snapshot.status !== 'awaiting_word')
    throw new AppError('wrong_state', 'Somebody has decided about this list already.')
  const newer = await tx.listSnapshot.count({
    where: { source: snapshot.source, status: 'current', importedAt: { gt: snapshot.importedAt } },
  })
  if (newer > 0) {
    throw new AppError('wrong_state', 'A newer list has come into force since. Refuse this one.')
  }
  return snapshot
}
