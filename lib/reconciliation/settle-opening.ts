import type { Actor } from '#lib/auth/types.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { openMovements } from './list-open.ts'
import { requireAccount } from './lock-account.ts'
import { recordMatch } from './record-match.ts'
import { accountIdSchema } from './schema.ts'

/**
 * Says that what our books did to an account before its first statement is within that statement's opening balance:
 * { bankAccountId }. Answers how many movements that were. Undone as any match.
 */
export async function settleOpening(actor: Actor, input: unknown): Promise<number> {
  const { bankAccountId } = parseInput(accountIdSchema, input)
  const { user, account } = await requireAccount(actor, bankAccountId)
  return inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM bank_account WHERE id = ${account.id}::uuid FOR UPDATE`
    const first = await tx.bankStatement.findFirst({
      where: { bankAccountId, withdrawnAt: null },
      orderBy: { fromOn: 'asc' },
      select: { fromOn: true },
    })
    if (!first) throw new AppError('wrong_state', 'Import the first statement of this account before that.')
    const earlier = (await openMovements(tx, account)).filter(({ effectiveAt }) => effectiveAt < first.fromOn)
    if (earlier.length === 0) throw new AppError('wrong_state', 'Nothing of our books lies before the first statement.')
    const movements = earlier.map(({ entryId, part }) => ({ entryId, part, posted: false }))
    const reason = `Before the first statement, of ${first.fromOn.toISOString().slice(0, 10)}`
    await recordMatch(tx, user, account, { kind: 'brought_forward', reason, lines: [], movements })
    return earlier.length
  })
}
