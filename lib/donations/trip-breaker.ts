import { recordEvent } from '#lib/audit/record-event.ts'
import type { SystemActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { type DefenceMode, TRIPPED_MINUTES, type TryCounts, trippedBy } from './check-limits.ts'

const DEFENCE: SystemActor = { kind: 'system', name: 'defence' }

/** Asks everybody to prove themselves for half an hour, where the counts say so and it is not so already. */
export async function tripBreaker(
  counts: Pick<TryCounts, 'begunByAll' | 'declinedByAll'>,
  defence: { mode: DefenceMode; isTripped: boolean },
): Promise<boolean> {
  const reason = trippedBy(counts)
  if (reason === null || defence.mode !== 'auto' || defence.isTripped) return false
  const at = now()
  const trippedUntil = new Date(at.getTime() + TRIPPED_MINUTES * 60_000)
  await inTransaction(async (tx) => {
    const { count } = await tx.givingDefence.updateMany({
      where: { mode: 'auto', OR: [{ trippedUntil: null }, { trippedUntil: { lte: at } }] },
      data: { trippedUntil, trippedReason: reason },
    })
    if (count === 0) return
    await recordEvent(tx, DEFENCE, { action: 'defence.trip', subjectType: 'defence', subjectId: '1', reason })
  })
  return true
}
