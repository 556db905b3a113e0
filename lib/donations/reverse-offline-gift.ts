import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { reverseEntry } from '#lib/ledger/reverse-entry.ts'
import { parseInput } from '#lib/parse-input.ts'
import { offlineCorrection } from './check-offline-gift.ts'

/**
 * Takes an offline gift back that was entered by mistake: { donationId, reason }. The entry stays and gets its mirror;
 * the right gift is entered anew. Throws `wrong_state` while it is matched to a bank line, and `insufficient_funds`
 * where its money is spent.
 */
export async function reverseOfflineGift(actor: Actor, input: unknown): Promise<void> {
  const { donationId, reason } = parseInput(offlineCorrection, input)
  const user = requireUser(actor)
  const found = await db().donation.findFirst({
    where: { id: donationId, offlineMethod: { not: null } },
    select: { campaign: { select: { chapterId: true } } },
  })
  const chapterId = found?.campaign.chapterId
  if (chapterId === undefined || !hasRole(user, chapterId, 'treasurer')) {
    if (chapterId) await recordRefusedAccess(user, { subjectType: 'donation', subjectId: donationId, chapterId })
    throw new AppError('not_found', 'There is no such gift.')
  }
  await inTransaction(async (tx) => {
    const rows = await tx.$queryRaw<
      { entryId: bigint; depositEntryId: bigint | null; reversalEntryId: bigint | null }[]
    >`
      SELECT entry_id AS "entryId", deposit_entry_id AS "depositEntryId", reversal_entry_id AS "reversalEntryId"
      FROM donation WHERE id = ${donationId}::uuid FOR UPDATE`
    const [gift] = rows
    if (!gift || gift.reversalEntryId !== null) return
    if (gift.depositEntryId !== null) {
      throw new AppError('wrong_state', 'This gift is matched to a bank line. Undo that match first.')
    }
    const { entryId } = await reverseEntry(tx, {
      ...{ idempotencyKey: `offline-gift-reversal:${donationId}`, sourceType: 'donation', sourceId: donationId },
      ...{ effectiveAt: now(), actorId: user.userId, memo: reason, entryId: gift.entryId },
    })
    await tx.donation.update({ where: { id: donationId }, data: { reversalEntryId: entryId } })
    await recordEvent(tx, user, {
      ...{ action: 'offline_gift.reverse', subjectType: 'donation', subjectId: donationId, chapterId, reason },
      detail: { entryId: String(entryId) },
    })
  })
}
