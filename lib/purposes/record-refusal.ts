import { createHash } from 'node:crypto'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { newId } from '#lib/ids.ts'
import { logger } from '#lib/log.ts'
import type { Gate, RefusalStage } from './types.ts'

export type GateRefusal = {
  gate: Gate
  stage: RefusalStage
  chapterId?: string | undefined
  disbursementId?: string | undefined
  /** Tells repeated refusals of what has no id yet apart from new ones, for example what was typed. Kept as a hash. */
  subject?: string | undefined
}

/**
 * Counts a refusal, in a transaction of its own because the one that was refused is rolled back: call it after that
 * one has failed, then throw its error on. The same gate saying no to the same disbursement at the same step counts
 * once a day. The refusal stands whether or not it could be counted, so a failure here is logged and not thrown.
 */
export async function recordGateRefusal(refusal: GateRefusal): Promise<void> {
  const { gate, stage, chapterId } = refusal
  const row = { id: newId(), gate, stage, chapterId: chapterId ?? null, refusedOn: now(), subjectKey: keyOf(refusal) }
  try {
    await inTransaction((tx) => tx.gateRefusal.createMany({ data: [row], skipDuplicates: true }))
  } catch (error) {
    logger().error({ err: error, gate, stage }, 'A refusal could not be counted')
  }
}

function keyOf({ disbursementId, subject }: GateRefusal): string | null {
  if (disbursementId !== undefined) return disbursementId
  return subject === undefined ? null : createHash('sha256').update(subject).digest('hex')
}
