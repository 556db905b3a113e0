import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'
import { requireReconciler } from './policy.ts'
import { withdrawSchema } from './schema.ts'

/**
 * Takes back a file that was read wrongly: { statementId, reason }. Every statement of that file in this account stays on
 * record with its lines, and counts nowhere any more; the file may be imported again. Repeating it changes nothing. Throws
 * `wrong_state` where a line is matched or explained, or where a later statement left out lines that this one had brought.
 */
export async function withdrawStatement(actor: Actor, input: unknown): Promise<void> {
  const { statementId, reason } = parseInput(withdrawSchema, input)
  const found = await db().bankStatement.findUnique({
    where: { id: statementId },
    select: { bankAccountId: true, fileSha256: true, bankAccount: { select: { chapterId: true } } },
  })
  const chapterId = found?.bankAccount.chapterId ?? ''
  const user = await requireReconciler(
    actor,
    found && { subjectType: 'bank_statement', subjectId: statementId, chapterId },
  )
  if (!found) throw new Error('a reconciler has a statement')
  await inTransaction((tx) => withdraw(tx, user, { ...found, statementId, chapterId, reason }))
}

type Withdrawal = { bankAccountId: string; fileSha256: string; statementId: string; chapterId: string; reason: string }

async function withdraw(tx: DbClient, user: UserActor, of: Withdrawal): Promise<void> {
  const { bankAccountId, fileSha256, statementId, chapterId, reason } = of
  // As an import does: what another file leaves out because it is known here does not change meanwhile.
  await tx.$executeRaw`SELECT 1 FROM bank_account WHERE id = ${bankAccountId}::uuid FOR UPDATE`
  const asked = await tx.bankStatement.findUniqueOrThrow({ where: { id: statementId }, select: { withdrawnAt: true } })
  if (asked.withdrawnAt !== null) return
  const statements = await tx.bankStatement.findMany({
    where: { bankAccountId, fileSha256, withdrawnAt: null },
    select: { id: true },
  })
  const ids = statements.map(({ id }) => id)
  const lines = await tx.$queryRaw<{ id: string; matched: boolean }[]>`
    SELECT id, match_id IS NOT NULL AS matched FROM bank_line WHERE statement_id = ANY (${ids}::uuid[]) ORDER BY id FOR UPDATE`
  if (lines.some(({ matched }) => matched))
    throw new AppError('wrong_state', 'A line of this file is matched or explained. Undo that first, then withdraw it.')
  await requireNoneBuiltOnIt(tx, of, ids)
  await tx.bankStatement.updateMany({
    where: { id: { in: ids } },
    data: { withdrawnAt: now(), withdrawnById: user.userId, withdrawnReason: reason },
  })
  await recordEvent(tx, user, {
    ...{ action: 'bank_statement.withdraw', subjectType: 'bank_statement', subjectId: statementId, chapterId, reason },
    detail: { sha256: fileSha256, statementIds: ids, lines: lines.length },
  })
}

/** A later statement of the same days does not have the lines again that it found here; without these they would be nowhere. */
async function requireNoneBuiltOnIt(
  tx: DbClient,
  { bankAccountId }: Withdrawal,
  ids: readonly string[],
): Promise<void> {
  const later = await tx.$queryRaw<{ id: string }[]>`
    SELECT s.id FROM bank_statement s JOIN bank_statement o ON o.id = ANY (${ids}::uuid[])
    WHERE s.bank_account_id = ${bankAccountId}::uuid AND s.withdrawn_at IS NULL AND s.file_sha256 <> o.file_sha256
      AND s.imported_at >= o.imported_at AND s.new_line_count < s.line_count
      AND EXISTS (SELECT FROM bank_line l WHERE l.statement_id = o.id AND l.booked_on BETWEEN s.from_on AND s.to_on)
    LIMIT 1`
  if (later.length > 0)
    throw new AppError(
      'wrong_state',
      'A later statement of the same days left out lines that came with this one. Withdraw the later one first.',
    )
}
