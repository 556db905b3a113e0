import { hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { isFrozen, listBanks, type Purse, type PurseBank, requirePurse } from './find-purse.ts'
import { donationChapterIds } from './policy.ts'

/** An exchange as the desk shows it; amounts as the bank's statements say, in minor units of their currency. */
export type ExchangeRow = {
  id: string
  chapterName: string
  campaignTitle: string | null
  from: { currency: string; amountMinor: bigint; feeMinor: bigint }
  to: { currency: string; amountMinor: bigint }
  /** Signed, in the second currency: what it brought more (+) or less than it was worth when it was given. */
  gainMinor: bigint
  /** A decimal text without trailing zeros. */
  rate: string
  rateSource: string
  exchangedOn: Date
  /** Null while it stands. */
  reversedReason: string | null
  /** Whether the actor may take it back, as far as roles go. */
  mayReverse: boolean
}

/** The exchanges of the actor's chapters, the newest first. For treasurers and auditors. */
export async function listExchanges(actor: Actor): Promise<ExchangeRow[]> {
  const rows = await db().currencyExchange.findMany({
    where: { chapterId: { in: donationChapterIds(actor) } },
    include: { chapter: { select: { name: true } }, campaign: { select: { title: true } } },
    orderBy: [{ exchangedOn: 'desc' }, { id: 'desc' }],
    take: 200,
  })
  return rows.map((row) => ({
    ...{ id: row.id, chapterName: row.chapter.name, campaignTitle: row.campaign?.title ?? null },
    from: { currency: row.fromCurrency, amountMinor: row.fromMinor, feeMinor: row.feeMinor },
    to: { currency: row.toCurrency, amountMinor: row.toMinor },
    ...{ gainMinor: row.toMinor - row.worthMinor, rate: row.rate.toFixed(), rateSource: row.rateSource },
    ...{ exchangedOn: row.exchangedOn, reversedReason: row.reversedReason },
    mayReverse: row.reversalEntryId === null && hasRole(actor, row.chapterId, 'treasurer'),
  }))
}

/** What the form of an exchange shows: what there is in which bank account, and where it may go. */
export type ExchangeForm = {
  purse: Purse
  /** In the bank and promised to nobody. */
  hasMinor: bigint
  fromBanks: PurseBank[]
  toBanks: PurseBank[]
  /** Nobody may be paid from the campaign now. */
  frozen: boolean
}

/** For a treasurer of the purse's chapter; throws `not_found` for anybody else. */
export async function findExchangeForm(actor: Actor, fundId: bigint): Promise<ExchangeForm> {
  const { purse } = await requirePurse(actor, fundId)
  const { chapterId, currency, neededFundId, neededCurrency, campaignId } = purse
  const [fromBanks, toBanks, fund] = await Promise.all([
    listBanks(db(), { fundId, chapterId, currency }),
    listBanks(db(), { fundId: neededFundId, chapterId, currency: neededCurrency }),
    fundHeadroom(db(), fundId),
  ])
  const frozen = campaignId !== null && (await isFrozen(db(), campaignId))
  const isBankLess = fund.bankMinor < fund.headroomMinor
  return { purse, hasMinor: isBankLess ? fund.bankMinor : fund.headroomMinor, fromBanks, toBanks, frozen }
}
