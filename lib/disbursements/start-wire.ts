import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { parseInput } from '#lib/parse-input.ts'
import { countRefusals, requireOpenGates } from './check-gates.ts'
import { lockDisbursement, requireInScope, requireVersion } from './lock-disbursement.ts'
import { canRelease, requireAllowed } from './policy.ts'
import { requireNobodyElseSends } from './release-disbursement.ts'
import { releaseSchema } from './schema.ts'

const startSchema = releaseSchema.pick({ disbursementId: true, version: true, takeOver: true })

/**
 * The intent, written before the bank is asked: "I am making this wire now". From then on everybody else sees it and
 * has to look at the bank's statement before they send or record anything, so that a crash between the bank and this
 * record never leads to a second wire unnoticed. Input { disbursementId, version, takeOver }.
 */
export async function startWire(actor: Actor, input: unknown): Promise<void> {
  const { disbursementId, version, takeOver } = parseInput(startSchema, input)
  const user = await requireInScope(actor, disbursementId)
  const at = now()
  const start = async (tx: DbClient) => {
    const locked = await lockDisbursement(tx, disbursementId)
    if (locked.status === 'approved' && locked.sendingById === user.userId) return
    requireAllowed(canRelease(user, locked))
    requireVersion(locked, version)
    requireNobodyElseSends(locked, user.userId, takeOver)
    await requireOpenGates(tx, locked)
    await tx.disbursement.update({
      where: { id: locked.id },
      data: { sendingById: user.userId, sendingAt: at, version: { increment: 1 } },
    })
    await recordEvent(tx, user, {
      action: 'disbursement.start',
      subjectType: 'disbursement',
      subjectId: locked.id,
      chapterId: locked.chapterId,
      detail: { at: at.toISOString(), version, takeOver },
    })
  }
  await countRefusals({ stage: 'release', disbursementId }, () => inTransaction(start))
}
