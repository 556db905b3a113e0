import { chapterIdsWith } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { openBank } from '#lib/ledger/open-bank.ts'
import { postBankCharge } from '#lib/ledger/post-bank-charge.ts'
import { postBankTransfer } from '#lib/ledger/post-bank-transfer.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type LockedAccount, type LockedLine, lockOpenLines, requireAccount } from './lock-account.ts'
import { recordMatch } from './record-match.ts'
import { explainSchema } from './schema.ts'

/**
 * Says what a line is that only the bank knew of: { bankAccountId, lineId, how, fundId, otherAccountId, reason }.
 * `charge`: its own charge or interest, posted to a fund. `transfer`: to or from another account of ours. `other`: no
 * posting, a reason in words; it is shown beside the difference for ever. Answers the match's id.
 */
export async function explainLine(actor: Actor, input: unknown): Promise<string> {
  const { bankAccountId, lineId, how, fundId, otherAccountId, reason } = parseInput(explainSchema, input)
  const { user, account } = await requireAccount(actor, bankAccountId)
  if (how === 'other' && reason === '') throw fieldOf('reason', 'Say what this line is: the others read it.')
  const fund = how === 'other' ? null : await findFund(user, account, fundId)
  const other = how === 'transfer' ? await findOther(user, account, otherAccountId) : null
  return inTransaction(async (tx) => {
    const lines = await lockOpenLines(tx, account, [lineId])
    const [line] = lines
    if (!line) throw new Error('one line was locked')
    if (fund === null) return recordMatch(tx, user, account, { kind: 'other', reason, lines, movements: [] })
    const entryId = other
      ? await transfer(tx, user, { account, other, line, fund })
      : await charge(tx, user, { account, line, fund })
    const kind = other ? 'own_transfer' : 'bank_charge'
    const movements = [{ entryId, part: 'whole' as const, posted: true }]
    return recordMatch(tx, user, account, { kind, ...(reason ? { reason } : {}), lines, movements })
  })
}

type Part = { account: LockedAccount; line: LockedLine; fund: bigint }

async function charge(tx: DbClient, user: UserActor, { account, line, fund }: Part): Promise<bigint> {
  await openBank(tx, { fundId: fund, externalId: account.externalId })
  const { entryId } = await postBankCharge(tx, {
    ...{ idempotencyKey: `bank-charge:${line.id}:${newId()}`, sourceType: 'bank_line', sourceId: line.id },
    ...{ effectiveAt: line.bookedOn, actorId: user.userId, fundId: fund },
    ...{ bankExternalId: account.externalId, amountMinor: -line.amountMinor },
  })
  return entryId
}

async function transfer(
  tx: DbClient,
  user: UserActor,
  part: Part & { other: { externalId: string } },
): Promise<bigint> {
  const { account, other, line, fund } = part
  for (const { externalId } of [account, other]) await openBank(tx, { fundId: fund, externalId })
  const leaves = line.amountMinor < 0n
  const { entryId } = await postBankTransfer(tx, {
    ...{ idempotencyKey: `bank-transfer:${line.id}:${newId()}`, sourceType: 'bank_line', sourceId: line.id },
    ...{ effectiveAt: line.bookedOn, actorId: user.userId, fundId: fund },
    fromBankExternalId: leaves ? account.externalId : other.externalId,
    toBankExternalId: leaves ? other.externalId : account.externalId,
    amountMinor: leaves ? -line.amountMinor : line.amountMinor,
  })
  return entryId
}

/** One of the funds of the actor's chapters, in the account's currency; the chapter's general fund when none is named. */
async function findFund(user: UserActor, account: LockedAccount, fundId: string): Promise<bigint> {
  if (fundId === '') {
    const chapter = await db().chapter.findUniqueOrThrow({ where: { id: account.chapterId } })
    if (chapter.generalFundId !== null && chapter.currency === account.currency) return chapter.generalFundId
    throw fieldOf('fundId', 'Choose the fund.')
  }
  const [fund] = await db().$queryRaw<{ id: bigint }[]>`
    SELECT id FROM ledger.funds WHERE id = ${BigInt(fundId)} AND currency = ${account.currency}
      AND chapter_id = ANY (${chapterIdsWith(user, 'treasurer')}::uuid[])`
  if (!fund) throw fieldOf('fundId', 'Choose one of the funds.')
  return fund.id
}

async function findOther(user: UserActor, account: LockedAccount, id: string): Promise<{ externalId: string }> {
  const other =
    id === ''
      ? null
      : await db().bankAccount.findFirst({
          where: {
            id,
            currency: account.currency,
            chapterId: { in: chapterIdsWith(user, 'treasurer') },
            NOT: { id: account.id },
          },
          select: { externalId: true },
        })
  if (!other) throw fieldOf('otherAccountId', 'Choose the account at the other end; it must have the same currency.')
  return other
}

function fieldOf(field: string, message: string): AppError {
  return new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { [field]: [message] } })
}
