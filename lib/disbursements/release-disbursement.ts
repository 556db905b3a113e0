import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { releaseEncumbrance } from '#lib/ledger/release-encumbrance.ts'
import { parseInput } from '#lib/parse-input.ts'
import { recordGateRefusal } from '#lib/purposes/record-refusal.ts'
import type { Gate } from '#lib/purposes/types.ts'
import { countRefusals, gateShutUnderWay, loadLines } from './check-gates.ts'
import { type LockedDisbursement, lockDisbursement, requireInScope, requireVersion } from './lock-disbursement.ts'
import { notifySentDespite } from './notify-sent-despite.ts'
import { canRelease, requireAllowed } from './policy.ts'
import { stepPosting } from './post-step.ts'
import { readFee, releaseSchema } from './schema.ts'
import { nextStatus } from './states.ts'

type Wire = {
  wireReference: string
  transferFeeMinor: bigint
  bankExternalId: string
  /** The gate that shut after the wire had left, and what the bank's statement shows. */
  sentDespite?: { gate: Gate; reason: string } | null
}

/**
 * Records the wire that the releaser made at the bank: { disbursementId, version, wireReference, transferFee, takeOver, leftBefore, leftReason }.
 * Every gate is looked at again inside the transaction, under the row locks. Repeating it with the same reference and
 * fee changes nothing; another reference for the same disbursement, or the same reference for another one, is refused
 * in words, because it can mean that money left twice.
 */
export async function releaseDisbursement(actor: Actor, input: unknown): Promise<{ replayed: boolean }> {
  const { disbursementId, version, wireReference, transferFee, bankExternalId, takeOver, ...left } = parseInput(
    releaseSchema,
    input,
  )
  const user = await requireInScope(actor, disbursementId)
  const at = now()
  const release = async (tx: DbClient) => {
    const locked = await lockDisbursement(tx, disbursementId)
    const wire = { wireReference, bankExternalId, transferFeeMinor: readFee(transferFee, locked.currency) }
    if (isRecorded(locked, wire, user)) return { replayed: true, gate: null }
    requireAllowed(canRelease(user, locked))
    requireVersion(locked, version)
    requireNobodyElseSends(locked, user.userId, takeOver)
    await requireNewReference(tx, wireReference)
    const said = { isTold: left.leftBefore, reason: left.leftReason, userId: user.userId }
    const gate = await gateShutUnderWay(tx, locked, said)
    await postRelease(tx, locked, { ...wire, sentDespite: gate && { gate, reason: left.leftReason } }, user, at)
    if (gate) await notifySentDespite(tx, locked, gate)
    return { replayed: false, gate, chapterId: locked.chapterId }
  }
  const { replayed, ...done } = await countRefusals({ stage: 'release', disbursementId }, () => inTransaction(release))
  // The gate said no although the money had left: the public counter has it too.
  if (done.gate)
    await recordGateRefusal({ stage: 'release', gate: done.gate, chapterId: done.chapterId, disbursementId })
  return { replayed }
}

async function postRelease(
  tx: DbClient,
  locked: LockedDisbursement,
  wire: Wire,
  user: UserActor,
  at: Date,
): Promise<void> {
  if (locked.encumbranceEntryId === null) throw new Error('approved without an encumbrance')
  const lines = await loadLines(tx, locked.id)
  const { entryId } = await releaseEncumbrance(tx, {
    ...stepPosting(locked, 'release', user.userId, at),
    encumbranceEntryId: locked.encumbranceEntryId,
    bankExternalId: wire.bankExternalId,
    transferFeeMinor: wire.transferFeeMinor,
    lines: lines.map((line) => ({ lineId: line.id, amountMinor: line.amountMinor })),
  })
  await tx.disbursement.update({
    where: { id: locked.id },
    data: {
      wireReference: wire.wireReference,
      transferFeeMinor: wire.transferFeeMinor,
      sentDespite: wire.sentDespite?.gate ?? null,
      sentDespiteReason: wire.sentDespite?.reason ?? null,
      status: nextStatus('release', locked.status),
      releasedById: user.userId,
      releasedAt: at,
      releaseEntryId: entryId,
      version: { increment: 1 },
    },
  })
  await recordEvent(tx, user, {
    action: 'disbursement.release',
    subjectType: 'disbursement',
    subjectId: locked.id,
    chapterId: locked.chapterId,
    detail: {
      at: at.toISOString(),
      version: locked.version,
      amountMinor: String(locked.amountMinor),
      transferFeeMinor: String(wire.transferFeeMinor),
      wireReference: wire.wireReference,
      entryId: String(entryId),
      ...(wire.sentDespite ? { sentDespite: wire.sentDespite.gate } : {}),
    },
    ...(wire.sentDespite ? { reason: wire.sentDespite.reason } : {}),
  })
}

/** Whether this very wire stands here already; says so loudly when a different one does. */
function isRecorded(locked: LockedDisbursement, wire: Wire, user: UserActor): boolean {
  if (locked.wireReference === null) return false
  if (locked.wireReference !== wire.wireReference) {
    throw new AppError(
      'conflict',
      `This disbursement was already sent with the wire ${locked.wireReference}. If you made a second wire, call the bank now.`,
    )
  }
  return locked.releasedById === user.userId && locked.transferFeeMinor === wire.transferFeeMinor
}

/** The lock makes two people who record one wire for two disbursements follow one another; the second sees the first. */
async function requireNewReference(tx: DbClient, wireReference: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`wire:${wireReference}`}, 0))`
  const used = await tx.disbursement.findUnique({ where: { wireReference }, select: { number: true } })
  if (!used) return
  const message = 'This wire is already recorded for another disbursement. Check the reference with the bank.'
  throw new AppError('conflict', 'Some fields need your attention.', { fieldErrors: { wireReference: [message] } })
}

/** Throws `conflict` while another person makes the wire, unless this one has looked at the bank and takes over. */
export function requireNobodyElseSends(
  locked: { sendingById: string | null },
  userId: string,
  takeOver: boolean,
): void {
  if (locked.sendingById === null || locked.sendingById === userId || takeOver) return
  const message =
    'Another person said they are making this wire. Look at the bank’s statement first, then tick the box.'
  throw new AppError('conflict', message, { fieldErrors: { takeOver: [message] } })
}
