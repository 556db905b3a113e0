import { recordEvent } from '#lib/audit/record-event.ts'
import { requireAdmin } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { parseInput } from '#lib/parse-input.ts'
import { wordSchema } from './schema.ts'

/**
 * Puts a word or phrase on the list: { language, kind, word, category, minKilowatts, reason }. It acts at once, also on
 * requests that wait. Throws `conflict` where the entry is in force already.
 */
export async function addWord(actor: Actor, input: unknown): Promise<{ id: string }> {
  const { userId } = requireAdmin(actor)
  const entry = parseInput(wordSchema, input)
  const id = newId()
  await inTransaction(async (tx) => {
    // The trigger fills the stems; an empty list is its placeholder, because the column takes no null.
    const { count } = await tx.purposeWord.createMany({
      data: [{ id, ...entry, stems: [], addedById: userId, addedAt: now() }],
      skipDuplicates: true,
    })
    if (count === 0) {
      const message = 'The list has this already, in this language. Retire it first to change what it does.'
      throw new AppError('conflict', 'Some fields need your attention.', { fieldErrors: { word: [message] } })
    }
    await recordEvent(tx, actor, {
      action: 'purpose_word.add',
      subjectType: 'purpose_word',
      subjectId: id,
      reason: entry.reason,
      detail: { language: entry.language, kind: entry.kind, word: entry.word },
    })
  })
  return { id }
}
