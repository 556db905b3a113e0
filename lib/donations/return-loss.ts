import { recordEvent } from '#lib/audit/record-event.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { returnSettled } from '#lib/ledger/return-settled.ts'
import { formatMoney } from '#lib/money/format.ts'
import { openDebt } from './pay-debt.ts'

/**
 * A fund gives back what the chapter had paid for a loss that was undone since (a dispute that was won): to the general fund,
 * from the fund's share of the bank, as much as is there. For the chapter's treasurers. Throws `wrong_state` where the fund
 * owes nothing and `insufficient_funds` where nothing is at the bank yet.
 */
export async function returnLoss(actor: Actor, input: unknown): Promise<{ returnedMinor: bigint; currency: string }> {
  const { user, fundId, chapterId } = await openDebt(actor, input)
  return inTransaction(async (tx) => {
    const [chapter] = await tx.$queryRaw<{ generalFundId: bigint | null }[]>`
      SELECT general_fund_id AS "generalFundId" FROM chapter WHERE id = ${chapterId}::uuid FOR UPDATE`
    const { receivableMinor, bankMinor, currency } = await fundHeadroom(tx, fundId)
    const owedMinor = -receivableMinor
    const toFundId = chapter?.generalFundId ?? null
    if (owedMinor <= 0n || toFundId === null) throw new AppError('wrong_state', 'This fund owes the chapter nothing.')
    const isElsewhere = toFundId !== fundId && bankMinor < owedMinor
    const returnedMinor = isElsewhere ? bankMinor : owedMinor
    if (returnedMinor <= 0n) {
      const owed = formatMoney(owedMinor, currency)
      throw new AppError('insufficient_funds', `The ${owed} are not at the bank yet. A payout brings them.`)
    }
    const { entryId } = await returnSettled(tx, {
      ...{ idempotencyKey: `loss-returned:${fundId}:${toFundId}:${now().toISOString()}` },
      ...{ sourceType: 'fund', sourceId: String(fundId), effectiveAt: now(), actorId: user.userId },
      memo: 'A loss that the chapter had paid for was undone.',
      ...{ fundId, toFundId, amountMinor: returnedMinor },
    })
    const detail = { entryId: String(entryId), returnedMinor: String(returnedMinor), currency }
    const subject = { subjectType: 'fund', subjectId: String(fundId), chapterId }
    await recordEvent(tx, user, { action: 'fund.return_loss', ...subject, detail })
    return { returnedMinor, currency }
  })
}
