import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { settleReceivable } from '#lib/ledger/settle-receivable.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseInput } from '#lib/parse-input.ts'

const debtSchema = z.object({ fundId: z.string().regex(/^\d{1,15}$/, 'There is no such fund.') })

/**
 * The chapter pays a fund what it owes it after money that was spent went back: from the general fund's share of the bank,
 * as much as is there; what it owes its own general fund, that fund bears. For the chapter's treasurers. Throws `insufficient_funds` where nothing is there.
 */
export async function payDebt(actor: Actor, input: unknown): Promise<{ paidMinor: bigint; currency: string }> {
  const { user, fundId, chapterId } = await openDebt(actor, input)
  return inTransaction(async (tx) => {
    const [chapter] = await tx.$queryRaw<{ generalFundId: bigint | null }[]>`
      SELECT general_fund_id AS "generalFundId" FROM chapter WHERE id = ${chapterId}::uuid FOR UPDATE`
    const fund = await fundHeadroom(tx, fundId)
    if (fund.receivableMinor <= 0n) throw new AppError('wrong_state', 'The chapter owes this fund nothing.')
    const fromFundId = chapter?.generalFundId ?? null
    const hasMinor = fromFundId === null ? 0n : await payableMinor(tx, fromFundId, fundId)
    const paidMinor = least(hasMinor, fund.receivableMinor)
    if (fromFundId === null || paidMinor <= 0n) {
      const owed = formatMoney(fund.receivableMinor, fund.currency)
      throw new AppError('insufficient_funds', `The general fund has nothing to pay ${owed} with now.`)
    }
    const posting = {
      ...{
        idempotencyKey: `debt:${fundId}:${fromFundId}:${now().toISOString()}`,
        sourceType: 'fund',
        sourceId: String(fundId),
      },
      ...{
        effectiveAt: now(),
        actorId: user.userId,
        memo: 'The chapter pays what it owes after a refund of spent money.',
      },
    }
    const { entryId } = await settleReceivable(tx, { ...posting, fundId, fromFundId, amountMinor: paidMinor })
    const detail = { entryId: String(entryId), paidMinor: String(paidMinor), currency: fund.currency }
    const subject = { subjectType: 'fund', subjectId: String(fundId), chapterId }
    await recordEvent(tx, user, { action: 'fund.pay_debt', ...subject, detail })
    return { paidMinor, currency: fund.currency }
  })
}

/** The fund of a debt between it and its chapter, for the chapter's treasurers. Throws `not_found`. */
export async function openDebt(
  actor: Actor,
  input: unknown,
): Promise<{ user: UserActor; fundId: bigint; chapterId: string }> {
  const user = requireUser(actor)
  const fundId = BigInt(parseInput(debtSchema, input).fundId)
  const chapterId = await chapterOf(fundId)
  if (chapterId === null) throw new AppError('not_found', 'There is no such fund.')
  if (hasRole(user, chapterId, 'treasurer')) return { user, fundId, chapterId }
  await recordRefusedAccess(user, { subjectType: 'fund', subjectId: String(fundId), chapterId })
  throw new AppError('not_found', 'There is no such fund.')
}

async function chapterOf(fundId: bigint): Promise<string | null> {
  const campaign = await db().campaign.findUnique({ where: { fundId }, select: { chapterId: true } })
  const chapter = await db().chapter.findUnique({ where: { generalFundId: fundId }, select: { id: true } })
  return campaign?.chapterId ?? chapter?.id ?? null
}

/** To another fund it pays from the bank; what it owes itself it bears with whatever it may spend. */
async function payableMinor(tx: DbClient, generalFundId: bigint, fundId: bigint): Promise<bigint> {
  const general = await fundHeadroom(tx, generalFundId)
  if (generalFundId === fundId) return general.headroomMinor
  return least(general.bankMinor, general.headroomMinor)
}

function least(one: bigint, other: bigint): bigint {
  const isSmaller = one < other
  return isSmaller ? one : other
}
