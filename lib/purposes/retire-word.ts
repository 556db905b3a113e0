import { recordEvent } from '#lib/audit/record-event.ts'
import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { retireSchema } from './schema.ts'

/** Takes a word off the list: { wordId, reason }. Its row and its history stay. */
export async function retireWord(actor: Actor, input: unknown): Promise<void> {
  const { userId } = requireAdmin(actor)
  const { wordId, reason } = parseInput(retireSchema, input)
  await inTransaction(async (tx) => {
    const { count } = await tx.purposeWord.updateMany({
      where: { id: wordId, retiredAt: null },
      data: { retiredAt: now(), retiredById: userId, retiredReason: reason },
    })
    if (count === 0) throw new AppError('not_found', 'This word is not on the list any more.')
    await recordEvent(tx, actor, {
      action: 'purpose_word.retire',
      subjectType: 'purpose_word',
      subjectId: wordId,
      reason,
    })
  })
}
