import { recordEvent } from '#lib/audit/record-event.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { formatMoney } from '#lib/money/format.ts'
import type { LockedAccount, LockedLine } from './lock-account.ts'
import type { BankMatchKind } from './types.ts'

export type MatchedMovement = { entryId: bigint; part: 'whole' | 'fee'; posted: boolean }

type Match = {
  kind: BankMatchKind
  reason?: string
  lines: readonly LockedLine[]
  movements: readonly MatchedMovement[]
}

/**
 * Writes down that these lines and these movements are the same money. Both sides must come to the same, which the
 * database checks again at the commit. Throws `invalid_input` with both sums, `conflict` where a movement was taken.
 */
export async function recordMatch(
  tx: DbClient,
  user: UserActor,
  account: LockedAccount,
  match: Match,
): Promise<string> {
  const { kind, reason, lines } = match
  const movements = await movementsOf(tx, account, match.movements)
  const linesMinor = lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  const movementsMinor = movements.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
  if (kind !== 'other' && kind !== 'brought_forward' && linesMinor !== movementsMinor) {
    const show = (minor: bigint) => formatMoney(minor, account.currency)
    const message = `The lines come to ${show(linesMinor)} and our books to ${show(movementsMinor)}. Choose what adds up to the same.`
    throw new AppError('invalid_input', message, { fieldErrors: { keys: [message] } })
  }
  const id = newId()
  const { id: bankAccountId, chapterId } = account
  await tx.bankMatch.create({
    data: { id, bankAccountId, kind, reason: reason || null, madeById: user.userId, madeAt: now() },
  })
  await tx.bankMatchMovement.createMany({ data: movements.map((part) => ({ ...part, matchId: id, bankAccountId })) })
  await tx.bankLine.updateMany({ where: { id: { in: lines.map((line) => line.id) } }, data: { matchId: id } })
  await recordEvent(tx, user, {
    ...{ action: 'bank_match.make', subjectType: 'bank_match', subjectId: id, chapterId },
    ...(reason ? { reason } : {}),
    detail: {
      ...{ kind, amountMinor: String(linesMinor), lineIds: lines.map((line) => line.id) },
      entryIds: movements.map(({ entryId }) => String(entryId)),
    },
  })
  return id
}

/** Each with its amount as the ledger has it, none of them matched already. */
async function movementsOf(
  tx: DbClient,
  account: LockedAccount,
  asked: readonly MatchedMovement[],
): Promise<(MatchedMovement & { amountMinor: bigint })[]> {
  if (asked.length === 0) return []
  const rows = await tx.$queryRaw<{ entryId: bigint; part: string; amountMinor: bigint; taken: boolean }[]>`
    SELECT v.entry_id AS "entryId", v.part, v.amount_minor AS "amountMinor", EXISTS (SELECT FROM bank_match_movement m
      WHERE m.bank_account_id = ${account.id}::uuid AND m.entry_id = v.entry_id AND m.part = v.part AND m.active) AS taken
    FROM ledger.bank_movements v
    WHERE v.external_id = ${account.externalId} AND v.currency = ${account.currency}
      AND v.entry_id = ANY (${asked.map(({ entryId }) => entryId)}::bigint[])`
  return asked.map((movement) => {
    const row = rows.find(({ entryId, part }) => entryId === movement.entryId && part === movement.part)
    if (!row) throw new AppError('not_found', 'Our books have no such entry in this account.')
    if (row.taken) throw new AppError('conflict', 'An entry was matched while you looked at it. Load the page again.')
    return { ...movement, amountMinor: row.amountMinor }
  })
}
