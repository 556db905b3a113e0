import { recordEvent } from '#lib/audit/record-event.ts'
import { chapterIdsWith, hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { returnSettled } from '#lib/ledger/return-settled.ts'
import { formatMoney } from '#lib/money/format.ts'
import { openDebt, ownFund } from './pay-debt.ts'

/**
 * A fund gives back what the chapter had paid for a loss that was undone since (a dispute that was won): to the chapter's own
 * money in that currency, from the fund's share of the bank, as much as is there. For the chapter's treasurers. Throws `wrong_state` where the fund
 * owes nothing and `insufficient_funds` where nothing is at the bank yet.
 */
export async function returnLoss(actor: Actor, input: unknown): Promise<{ returnedMinor: bigint; currency: string }> {
  const { user, fundId, chapterId } = await openDebt(actor, input)
  return inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT FROM chapter WHERE id = ${chapterId}::uuid FOR UPDATE`
    const { receivableMinor, bankMinor, currency } = await fundHeadroom(tx, fundId)
    const owedMinor = -receivableMinor
    const toFundId = await ownFund(tx, chapterId, currency)
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

/** What a fund holds of its chapter's money; `campaignTitle` is null for the chapter's own money in that currency. */
export type HeldForChapter = {
  fundId: bigint
  chapterId: string
  chapterName: string
  campaignTitle: string | null
  currency: string
  owedMinor: bigint
}

/** What funds of the actor's chapters have to give back, those in other currencies included, and whether the actor may. */
export async function listHeldForChapters(actor: Actor): Promise<(HeldForChapter & { mayReturn: boolean })[]> {
  const chapterIds = chapterIdsWith(actor, 'organizer', 'treasurer', 'auditor')
  const rows = await db().$queryRaw<HeldForChapter[]>`
    SELECT f.id AS "fundId", f.currency, h.id AS "chapterId", h.name AS "chapterName", c.title AS "campaignTitle",
      -b.balance_minor AS "owedMinor"
    FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id LEFT JOIN campaign c ON c.id = f.campaign_id
    JOIN ledger.balances b ON b.fund_id = f.id AND b.role = 'chapter_receivable'
    WHERE h.id = ANY (${chapterIds}::uuid[]) AND b.balance_minor < 0 ORDER BY h.name, c.title NULLS LAST, f.currency, f.id`
  return rows.map((row) => ({ ...row, mayReturn: hasRole(actor, row.chapterId, 'treasurer') }))
}
