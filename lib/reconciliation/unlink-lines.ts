import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { reverseBankPosting } from '#lib/ledger/reverse-bank-posting.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { parseInput } from '#lib/parse-input.ts'
import { requireReconciler } from './policy.ts'
import { unmatchSchema } from './schema.ts'

/**
 * Undoes a match: { matchId, reason }. What the match itself posted is reversed by its mirror; what was posted before
 * it stays and is open again. The match stays on record with who undid it and why. Repeating it changes nothing.
 */
export async function unlinkLines(actor: Actor, input: unknown): Promise<void> {
  const { matchId, reason } = parseInput(unmatchSchema, input)
  const match = await db().bankMatch.findUnique({
    where: { id: matchId },
    select: { bankAccount: { select: { chapterId: true } } },
  })
  const subject = match && { subjectType: 'bank_match', subjectId: matchId, chapterId: match.bankAccount.chapterId }
  const user = await requireReconciler(actor, subject)
  const chapterId = match?.bankAccount.chapterId ?? null
  await inTransaction(async (tx) => {
    const [locked] = await tx.$queryRaw<{ undone: boolean }[]>`
      SELECT undone_at IS NOT NULL AS undone FROM bank_match WHERE id = ${matchId}::uuid FOR UPDATE`
    if (!locked || locked.undone) return
    const movements = await tx.bankMatchMovement.findMany({
      where: { matchId, active: true },
      orderBy: { entryId: 'asc' },
    })
    const lines = await tx.bankLine.findMany({ where: { matchId }, select: { id: true } })
    await tx.bankMatchMovement.updateMany({ where: { matchId }, data: { active: false } })
    await tx.bankLine.updateMany({ where: { matchId }, data: { matchId: null } })
    await tx.bankMatch.update({
      where: { id: matchId },
      data: { undoneById: user.userId, undoneAt: now(), undoneReason: reason },
    })
    for (const { entryId, posted } of movements)
      if (posted) await reversePosting(tx, user, { matchId, entryId, reason })
    await recordEvent(tx, user, {
      ...{ action: 'bank_match.undo', subjectType: 'bank_match', subjectId: matchId, chapterId, reason },
      detail: { lineIds: lines.map(({ id }) => id), entryIds: movements.map(({ entryId }) => String(entryId)) },
    })
  })
}

async function reversePosting(
  tx: DbClient,
  user: UserActor,
  part: { matchId: string; entryId: bigint; reason: string },
): Promise<void> {
  const { matchId, entryId, reason } = part
  const [entry] = await tx.$queryRaw<{ kind: string; sourceId: string }[]>`
    SELECT kind, source_id AS "sourceId" FROM ledger.entries WHERE id = ${entryId}::bigint`
  if (!entry) throw new Error('a match names entries that exist')
  if (entry.kind === 'offline_deposit') {
    await tx.donation.update({ where: { id: entry.sourceId }, data: { depositEntryId: null } })
  }
  if (entry.kind === 'payout_arrival') {
    await tx.stripePayout.update({ where: { id: entry.sourceId }, data: { arrivalEntryId: null } })
  }
  const posting = {
    ...{ idempotencyKey: `bank-unmatch:${matchId}:${entryId}`, sourceType: 'bank_match', sourceId: matchId },
    ...{ effectiveAt: now(), actorId: user.userId, memo: reason, entryId },
  }
  if (entry.kind === 'bank_charge' || entry.kind === 'bank_transfer') await reverseBankPosting(tx, posting)
  else await reverseEntry(tx, posting)
}
