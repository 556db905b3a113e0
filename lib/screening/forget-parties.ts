import { recordEvent } from '#lib/audit/record-event.ts'
import type { SystemActor } from '#lib/auth/types.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'

/** A statement that takes away so many is over in a second, and holds nobody up. */
const BATCH = 5_000

/**
 * Takes away the parties of lists that were replaced or refused 30 days ago, except the list before the one in force and
 * every party that a hit names. The database decides which; the snapshots stay with hash and counts. Answers how many
 * parties went; run again it finds nothing.
 */
export async function forgetParties(actor: SystemActor, batch = BATCH): Promise<number> {
  let removed = 0
  for (;;) {
    const step = await inTransaction(async (tx) => {
      const [done] = await tx.$queryRaw<{ snapshotId: string; removed: number; isFinished: boolean }[]>`
        SELECT snapshot_id AS "snapshotId", removed, is_finished AS "isFinished" FROM prune_listed_parties(${batch}::int)`
      if (!done?.isFinished) return done
      const { prunedCount } = await tx.listSnapshot.findUniqueOrThrow({
        where: { id: done.snapshotId },
        select: { prunedCount: true },
      })
      await recordEvent(tx, actor, {
        ...{ action: 'list.forget', subjectType: 'list_snapshot', subjectId: done.snapshotId },
        detail: { parties: prunedCount },
      })
      return done
    })
    if (!step) return removed
    removed += step.removed
  }
}
