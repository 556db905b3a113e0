import { z } from 'zod'
import { recordEvent } from '#lib/audit/record-event.ts'
import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { chapterIdsWith, hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { type DbClient, db, type Prisma } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { openBank } from '#lib/ledger/open-bank.ts'
import { openFund } from '#lib/ledger/open-fund.ts'
import { type FundHeadroom, fundHeadroom } from '#lib/ledger/queries.ts'
import { settleReceivable } from '#lib/ledger/settle-receivable.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type ExchangeInput, exchangeSchema, exchangeTarget } from './check-exchange.ts'
import { listBanks, type PurseBank } from './find-purse.ts'
import { postAndKeepExchange } from './post-exchange.ts'

const debtSchema = z.object({ fundId: z.string().regex(/^\d{1,15}$/, 'There is no such fund.') })

/**
 * The chapter pays a fund what it owes it after money that was spent went back: from its own money in the fund's currency,
 * from the bank account that has most of it, as much as is there; what it owes its own money, that bears. For the
 * chapter's treasurers. Throws `insufficient_funds` where nothing is there.
 */
export async function payDebt(actor: Actor, input: unknown): Promise<{ paidMinor: bigint; currency: string }> {
  const { user, fundId, chapterId } = await openDebt(actor, input)
  return inTransaction(async (tx) => {
    await lockChapter(tx, chapterId)
    const fund = await fundHeadroom(tx, fundId)
    if (fund.receivableMinor <= 0n) throw new AppError('wrong_state', 'The chapter owes this fund nothing.')
    const fromFundId = await ownFund(tx, chapterId, fund.currency)
    const has = await payable(tx, fromFundId, { fundId, chapterId, currency: fund.currency })
    const paidMinor = least(has.minor, fund.receivableMinor)
    if (fromFundId === null || paidMinor <= 0n) {
      const owed = formatMoney(fund.receivableMinor, fund.currency)
      throw new AppError('insufficient_funds', `The chapter has nothing in the bank to pay ${owed} with now.`)
    }
    await foldBoth(tx, fundId, fromFundId)
    await openBank(tx, { fundId, externalId: has.bank })
    const { entryId } = await settleReceivable(tx, {
      ...{ idempotencyKey: `debt:${fundId}:${fromFundId}:${now().toISOString()}`, sourceType: 'fund' },
      ...{ sourceId: String(fundId), effectiveAt: now(), actorId: user.userId },
      memo: 'The chapter pays what it owes after a refund of spent money.',
      ...{ fundId, fromFundId, amountMinor: paidMinor, bankExternalId: has.bank },
    })
    const detail = { entryId: String(entryId), paidMinor: String(paidMinor), currency: fund.currency }
    const subject = { subjectType: 'fund', subjectId: String(fundId), chapterId }
    await recordEvent(tx, user, { action: 'fund.pay_debt', ...subject, detail })
    return { paidMinor, currency: fund.currency }
  })
}

/** The fund of a debt between it and its chapter, whatever its currency, for the chapter's treasurers. Throws `not_found`. */
export async function openDebt(
  actor: Actor,
  input: unknown,
): Promise<{ user: UserActor; fundId: bigint; chapterId: string }> {
  const user = requireUser(actor)
  const fundId = BigInt(parseInput(debtSchema, input).fundId)
  const [fund] = await db().$queryRaw<{ chapterId: string }[]>`
    SELECT h.id AS "chapterId" FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id WHERE f.id = ${fundId}`
  if (!fund) throw new AppError('not_found', 'There is no such fund.')
  const { chapterId } = fund
  if (hasRole(user, chapterId, 'treasurer')) return { user, fundId, chapterId }
  await recordRefusedAccess(user, { subjectType: 'fund', subjectId: String(fundId), chapterId })
  throw new AppError('not_found', 'There is no such fund.')
}

/** What a chapter owes one of its funds, with what it could pay it from. */
export type Debt = FundHeadroom & {
  chapterName: string
  /** Null for the chapter's own money. */
  campaignTitle: string | null
  mayPay: boolean
  /** What the chapter has of its own to pay it with at once, in the fund's currency. */
  payableMinor: bigint
  /** The general fund's currency and both sides' bank accounts, where it keeps another one; else null. */
  abroad: { currency: string; fromBanks: PurseBank[]; toBanks: PurseBank[] } | null
}

type DebtRow = Pick<Debt, 'fundId' | 'chapterName' | 'campaignTitle' | 'currency'> & {
  chapterId: string
  chapterCurrency: string
  generalFundId: bigint | null
}

/** What the actor's chapters owe to any of their funds, those in another currency included. */
export async function listDebts(actor: Actor): Promise<Debt[]> {
  const chapterIds = chapterIdsWith(actor, 'organizer', 'treasurer', 'auditor')
  const rows = await db().$queryRaw<DebtRow[]>`
    SELECT f.id AS "fundId", f.currency, h.id AS "chapterId", h.name AS "chapterName", c.title AS "campaignTitle",
      h.currency AS "chapterCurrency", h.general_fund_id AS "generalFundId"
    FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id LEFT JOIN campaign c ON c.id = f.campaign_id
    JOIN ledger.balances b ON b.fund_id = f.id AND b.role = 'chapter_receivable'
    WHERE h.id = ANY (${chapterIds}::uuid[]) AND b.balance_minor > 0 ORDER BY h.name, c.title NULLS LAST, f.currency, f.id`
  const debts: Debt[] = []
  for (const row of rows) {
    const { fundId, currency, chapterId, chapterName, campaignTitle, chapterCurrency, generalFundId } = row
    const [own, fund] = [await ownFund(db(), chapterId, currency), await fundHeadroom(db(), fundId)]
    const has = await payable(db(), own, { fundId, chapterId, currency })
    const abroad = currency !== chapterCurrency && {
      currency: chapterCurrency,
      fromBanks: await listBanks(db(), { fundId: generalFundId, chapterId, currency: chapterCurrency }),
      toBanks: await listBanks(db(), { fundId: own, chapterId, currency }),
    }
    const payableMinor = least(has.minor, fund.receivableMinor)
    const mayPay = hasRole(actor, chapterId, 'treasurer')
    debts.push({ ...fund, chapterName, campaignTitle, mayPay, payableMinor, abroad: abroad || null })
  }
  return debts
}

/**
 * A treasurer records that the bank changed money of the chapter's general fund into the currency of a debt, as its
 * statements say: the fields of recordExchange, where `fundId` is the fund that the chapter owes. What arrived is the
 * chapter's own in that currency; payDebt pays from it. The same form twice is one exchange. Answers its id. Throws
 * `insufficient_funds` for more than the general fund has in that bank account, `wrong_state` where nothing is owed.
 */
export async function exchangeForDebt(actor: Actor, input: unknown): Promise<string> {
  const { user, fundId, chapterId } = await openDebt(actor, input)
  const { submissionKey } = parseInput(exchangeTarget, input)
  const { currency, receivableMinor } = await fundHeadroom(db(), fundId)
  const chapter = await db().chapter.findUniqueOrThrow({ where: { id: chapterId } })
  const exchange = parseInput(exchangeSchema(chapter.currency, currency), input)
  if (exchange.exchangedOn > now()) throw wrongField('exchangedOn', 'This day has not come yet.')
  return inTransaction(async (tx) => {
    const { generalFundId, name } = await lockChapter(tx, chapterId)
    const known = await tx.currencyExchange.findUnique({ where: { submissionKey } })
    if (known && known.fromFundId === generalFundId && known.toCurrency === currency && isSame(known, exchange)) {
      return known.id
    }
    if (known) throw new AppError('idempotency_mismatch', 'This form was already sent. Open the page again.')
    if (receivableMinor <= 0n) throw new AppError('wrong_state', 'The chapter owes this fund nothing.')
    if (chapter.currency === currency) throw new AppError('wrong_state', 'The general fund can pay it as it is.')
    if (generalFundId === null) throw new AppError('insufficient_funds', 'The chapter has no general fund yet.')
    const toFundId = await openOwnFund(tx, { chapterId, currency, name: `${name}: general fund (${currency})` })
    const sides = { chapterId, generalFundId, toFundId, fromCurrency: chapter.currency, toCurrency: currency }
    return insertExchange(tx, user, { sides, exchange, submissionKey })
  })
}

type Recorded = Prisma.CurrencyExchangeGetPayload<object>

/** Whether the form that was sent again says what it said. */
function isSame(known: Recorded, { left, fee, arrived, exchangedOn, ...texts }: ExchangeInput): boolean {
  const isText = known.rateSource === texts.rateSource && known.fromBank === texts.fromBank
  const isAmount = known.fromMinor === left && known.feeMinor === fee && known.toMinor === arrived
  return isText && isAmount && known.toBank === texts.toBank && known.exchangedOn.getTime() === exchangedOn.getTime()
}

type Sides = Pick<Recorded, 'chapterId' | 'toFundId' | 'fromCurrency' | 'toCurrency'> & { generalFundId: bigint }
type Facts = { sides: Sides; exchange: ExchangeInput; submissionKey: string }

async function insertExchange(tx: DbClient, user: UserActor, { sides, exchange, submissionKey }: Facts) {
  const { chapterId, generalFundId, toFundId, fromCurrency, toCurrency } = sides
  const [from, to] = [
    { fundId: generalFundId, currency: fromCurrency },
    { fundId: toFundId, currency: toCurrency },
  ]
  await foldBoth(tx, generalFundId, toFundId)
  await requireBank(tx, 'fromBank', { ...from, chapterId, bank: exchange.fromBank })
  await requireBank(tx, 'toBank', { ...to, chapterId, bank: exchange.toBank })
  return postAndKeepExchange(tx, user, { chapterId, campaignId: null, from, to, exchange, submissionKey })
}

/** Takes both guards in the order in which every posting takes them: from here on nobody else spends these cents. */
async function foldBoth(tx: DbClient, ...fundIds: bigint[]): Promise<void> {
  for (const fundId of fundIds.sort((one, other) => (one < other ? -1 : 1))) await foldFund(tx, fundId)
}

type Account = { fundId: bigint; chapterId: string; currency: string }

async function requireBank(tx: DbClient, field: string, { bank, ...fund }: Account & { bank: string }): Promise<void> {
  const banks = await listBanks(tx, fund)
  if (!banks.some(({ externalId }) => externalId === bank)) throw wrongField(field, 'Choose one of the bank accounts.')
  await openBank(tx, { fundId: fund.fundId, externalId: bank })
}

async function lockChapter(tx: DbClient, chapterId: string): Promise<{ generalFundId: bigint | null; name: string }> {
  const [chapter] = await tx.$queryRaw<{ generalFundId: bigint | null; name: string }[]>`
    SELECT general_fund_id AS "generalFundId", name FROM chapter WHERE id = ${chapterId}::uuid FOR UPDATE`
  if (!chapter) throw new Error('a fund belongs to a chapter')
  return chapter
}

/** The chapter's own money in a currency: its general fund, or the purse beside it. Null where it has none yet. */
export async function ownFund(client: DbClient, chapterId: string, currency: string): Promise<bigint | null> {
  const [fund] = await client.$queryRaw<{ id: bigint }[]>`
    SELECT f.id FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id
    WHERE h.id = ${chapterId}::uuid AND f.campaign_id IS NULL AND f.restriction = 'without' AND f.currency = ${currency}
    ORDER BY f.id IS DISTINCT FROM h.general_fund_id, f.id LIMIT 1`
  return fund?.id ?? null
}

/** Opened under the lock that a tip in that currency opens it under, so that there is one of it. */
async function openOwnFund(tx: DbClient, fund: { chapterId: string; currency: string; name: string }): Promise<bigint> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`purse of ${fund.chapterId}`}, 1))`
  const known = await ownFund(tx, fund.chapterId, fund.currency)
  return known ?? openFund(tx, { ...fund, campaignId: null, restriction: 'without' })
}

/** To another fund it pays from the bank account that has most; what it owes itself it bears with whatever it may spend. */
async function payable(client: DbClient, ownFundId: bigint | null, owed: Account) {
  if (ownFundId === null) return { bank: 'main', minor: 0n }
  const own = await fundHeadroom(client, ownFundId)
  if (ownFundId === owed.fundId) return { bank: 'main', minor: own.headroomMinor }
  const banks = await listBanks(client, { ...owed, fundId: ownFundId })
  const fullest = banks.reduce((best, one) => (one.balanceMinor > best.balanceMinor ? one : best))
  // While the chapter owes its own money something, nothing leaves that either.
  const spendableMinor = own.receivableMinor > 0n ? 0n : own.headroomMinor
  return { bank: fullest.externalId, minor: least(fullest.balanceMinor, spendableMinor) }
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other)

function wrongField(field: string, message: string): AppError {
  return new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { [field]: [message] } })
}
