import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { reverseExchange as reverseInBooks } from '#lib/ledger/reverse-exchange.ts'
import { parseInput } from '#lib/parse-input.ts'
import { exchangeCorrection } from './check-exchange.ts'

/**
 * Takes an exchange back that was entered by mistake: { exchangeId, reason }. The entry stays and gets its mirror; the
 * right one is entered anew. Twice is once. Throws `wrong_state` while it is matched to a bank line, and where something
 * of what arrived is spent; `insufficient_funds` where it is promised.
 */
export async function reverseExchange(actor: Actor, input: unknown): Promise<void> {
  const { exchangeId, reason } = parseInput(exchangeCorrection, input)
  const user = requireUser(actor)
  const found = await db().currencyExchange.findUnique({ where: { id: exchangeId }, select: { chapterId: true } })
  const chapterId = found?.chapterId
  if (chapterId === undefined || !hasRole(user, chapterId, 'treasurer')) {
    const subject = { subjectType: 'currency_exchange', subjectId: exchangeId }
    if (chapterId) await recordRefusedAccess(user, { ...subject, chapterId })
    throw new AppError('not_found', 'There is no such exchange.')
  }
  await inTransaction(async (tx) => {
    const rows = await tx.$queryRaw<{ entryId: bigint; reversalEntryId: bigint | null }[]>`
      SELECT entry_id AS "entryId", reversal_entry_id AS "reversalEntryId"
      FROM currency_exchange WHERE id = ${exchangeId}::uuid FOR UPDATE`
    const [exchange] = rows
    if (!exchange || exchange.reversalEntryId !== null) return
    const matched = await tx.bankMatchMovement.count({ where: { entryId: exchange.entryId, active: true } })
    if (matched > 0)
      throw new AppError('wrong_state', 'This exchange is matched to a bank line. Undo that match first.')
    const { entryId } = await reverseInBooks(tx, {
      ...{ idempotencyKey: `exchange-reversal:${exchangeId}`, sourceType: 'currency_exchange', sourceId: exchangeId },
      ...{ effectiveAt: now(), actorId: user.userId, memo: reason, entryId: exchange.entryId },
    })
    const reversed = { reversalEntryId: entryId, reversedById: user.userId, reversedAt: now(), reversedReason: reason }
    await tx.currencyExchange.update({ where: { id: exchangeId }, data: reversed })
    await recordEvent(tx, user, {
      ...{ action: 'exchange.reverse', subjectType: 'currency_exchange', subjectId: exchangeId, chapterId, reason },
      detail: { entryId: String(entryId) },
    })
  })
}
