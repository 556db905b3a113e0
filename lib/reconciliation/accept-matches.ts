import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { findMatches, SURE_SCORE } from './find-matches.ts'
import { openFacts, openLines, openMovements } from './list-open.ts'
import { requireAccount } from './lock-account.ts'
import { matchLines } from './match-lines.ts'
import { reconcilingChapterIds } from './policy.ts'
import { accountIdSchema } from './schema.ts'

/**
 * Accepts every sure proposal of an account at once: { bankAccountId }. Sure is what nothing else competes with, for
 * the line and for the entry. Answers how many were matched.
 */
export async function acceptMatches(actor: Actor, input: unknown): Promise<number> {
  const { bankAccountId } = parseInput(accountIdSchema, input)
  const { account } = await requireAccount(actor, bankAccountId)
  const lines = await openLines(db(), account.id)
  const movements = await openMovements(db(), account, reconcilingChapterIds(actor))
  const facts = await openFacts(db(), account, reconcilingChapterIds(actor))
  const found = findMatches(lines, movements, facts)
  const sure = [...found].flatMap(([lineId, [first, second]]) =>
    first && first.score >= SURE_SCORE && first.keys.length > 0 && (second === undefined || second.score < first.score)
      ? [{ lineId, keys: first.keys }]
      : [],
  )
  const uses = new Map<string, number>()
  for (const { keys } of sure) for (const key of keys) uses.set(key, (uses.get(key) ?? 0) + 1)
  let count = 0
  for (const { lineId, keys } of sure.filter((one) => one.keys.every((key) => uses.get(key) === 1))) {
    try {
      await matchLines(actor, { bankAccountId, lineIds: [lineId], keys })
      count += 1
    } catch (error) {
      // Somebody else matched it meanwhile: it is done.
      if (!(error instanceof AppError && (error.code === 'conflict' || error.code === 'not_found'))) throw error
    }
  }
  return count
}
