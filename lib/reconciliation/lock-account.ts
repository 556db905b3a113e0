import type { Actor, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { requireReconciler } from './policy.ts'

export type LockedAccount = { id: string; chapterId: string; externalId: string; currency: string; name: string }
export type LockedLine = { id: string; amountMinor: bigint; bookedOn: Date; statementId: string }

/** The account of which the actor is a treasurer, with the person. Throws `not_found` for any other. */
export async function requireAccount(
  actor: Actor,
  bankAccountId: string,
): Promise<{ user: UserActor; account: LockedAccount }> {
  const account = await db().bankAccount.findUnique({
    where: { id: bankAccountId },
    select: { id: true, chapterId: true, externalId: true, currency: true, name: true },
  })
  const subject = account && { subjectType: 'bank_account', subjectId: account.id, chapterId: account.chapterId }
  const user = await requireReconciler(actor, subject)
  if (!account) throw new Error('a reconciler has an account')
  return { user, account }
}

/** Locks lines of the account that nothing is matched to. Throws `conflict` where somebody was faster. */
export async function lockOpenLines(
  tx: DbClient,
  account: LockedAccount,
  lineIds: readonly string[],
): Promise<LockedLine[]> {
  const wanted = [...new Set(lineIds)]
  const lines = await tx.$queryRaw<(LockedLine & { matchId: string | null; withdrawn: boolean })[]>`
    SELECT id, amount_minor AS "amountMinor", booked_on AS "bookedOn", statement_id AS "statementId", match_id AS "matchId", withdrawn
    FROM bank_line WHERE id = ANY (${wanted}::uuid[]) AND bank_account_id = ${account.id}::uuid ORDER BY id FOR UPDATE`
  if (lines.length !== wanted.length) throw new AppError('not_found', 'There is no such line of this account.')
  if (lines.some(({ matchId }) => matchId !== null)) {
    throw new AppError('conflict', 'A line was matched while you looked at it. Load the page again.')
  }
  if (lines.some(({ withdrawn }) => withdrawn)) {
    throw new AppError('conflict', 'The statement of a line was withdrawn while you looked at it. Load the page again.')
  }
  return lines
}
