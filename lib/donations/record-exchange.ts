import { z } from 'zod'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { inTransaction } from '#lib/db/in-transaction.ts'
import { AppError } from '#lib/errors.ts'
import { foldFund } from '#lib/ledger/fold-funds.ts'
import { openBank } from '#lib/ledger/open-bank.ts'
import { fundHeadroom } from '#lib/ledger/queries.ts'
import { formatMoney } from '#lib/money/format.ts'
import { parseInput } from '#lib/parse-input.ts'
import { type ExchangeInput, exchangeSchema, exchangeTarget } from './check-exchange.ts'
import { openGeneralFund } from './find-destination.ts'
import { isFrozen, listBanks, type Purse, requirePurse } from './find-purse.ts'
import { postAndKeepExchange } from './post-exchange.ts'

/**
 * A treasurer records that the bank changed money of a purse into the currency that its campaign, or chapter, sends in:
 * { fundId, submissionKey, left, fee, arrived, exchangedOn, rateSource, fromBank, toBank }, both amounts as the bank's
 * statements say. The same form twice is one exchange. Answers its id. Throws `insufficient_funds` for more than the purse
 * has in that bank account, `wrong_state` while nobody may be paid from the campaign, `idempotency_mismatch`.
 */
export async function recordExchange(actor: Actor, input: unknown): Promise<string> {
  // Without a purse its currencies are not known: every other wrong field is named all the same.
  if (!exchangeTarget.safeParse(input).success)
    parseInput(z.intersection(exchangeTarget, exchangeSchema('KWD', 'KWD')), input)
  const { fundId, submissionKey } = parseInput(exchangeTarget, input)
  const { user, purse } = await requirePurse(actor, BigInt(fundId))
  const exchange = parseInput(exchangeSchema(purse.currency, purse.neededCurrency), input)
  if (exchange.exchangedOn > now()) throw fieldOf('invalid_input', 'exchangedOn', 'This day has not come yet.')
  return inTransaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`exchange:${submissionKey}`}, 1))`
    const known = await tx.currencyExchange.findUnique({ where: { submissionKey } })
    if (known) return sameExchange(known, purse, exchange)
    if (purse.campaignId !== null) await requireMovable(tx, purse.campaignId)
    return insert(tx, user, { purse, exchange, submissionKey })
  })
}

/** The campaign stays as it is asked about here until the transaction ends. */
async function requireMovable(tx: DbClient, campaignId: string): Promise<void> {
  if (await isFrozen(tx, campaignId)) {
    throw new AppError('wrong_state', 'Nobody may be paid from this campaign now, so its money stays where it is.')
  }
  const { status } = await tx.campaign.findUniqueOrThrow({ where: { id: campaignId }, select: { status: true } })
  if (status !== 'settled') return
  throw new AppError(
    'wrong_state',
    'The books of this campaign are closed: nothing is sent from it any more. Refund it.',
  )
}

type Known = {
  id: string
  fromFundId: bigint
  fromMinor: bigint
  feeMinor: bigint
  toMinor: bigint
  fromBank: string
  toBank: string
  rateSource: string
  exchangedOn: Date
}

/** The one that this form has already recorded. */
function sameExchange(known: Known, purse: Purse, exchange: ExchangeInput): string {
  const { left, fee, arrived, fromBank, toBank, rateSource, exchangedOn } = exchange
  const same =
    known.fromFundId === purse.fundId &&
    known.fromMinor === left &&
    known.feeMinor === fee &&
    known.toMinor === arrived &&
    known.fromBank === fromBank &&
    known.toBank === toBank &&
    known.rateSource === rateSource &&
    known.exchangedOn.getTime() === exchangedOn.getTime()
  if (same) return known.id
  const message = 'This form was already sent with other amounts. Open the page again to record another exchange.'
  throw new AppError('idempotency_mismatch', message)
}

type Facts = { purse: Purse; exchange: ExchangeInput; submissionKey: string }

async function insert(tx: DbClient, user: UserActor, { purse, exchange, submissionKey }: Facts): Promise<string> {
  const { fundId, currency, chapterId, campaignId, neededCurrency } = purse
  const toFundId = purse.neededFundId ?? (await openGeneralFund(tx, chapterId))
  // Takes both guards, in the order in which every posting takes them: from here on nobody else spends these cents.
  for (const id of [fundId, toFundId].sort((one, other) => (one < other ? -1 : 1))) await foldFund(tx, id)
  await requireBanks(tx, { purse, toFundId, exchange })
  await requireMoney(tx, purse, exchange)
  const [from, to] = [
    { fundId, currency },
    { fundId: toFundId, currency: neededCurrency },
  ]
  return postAndKeepExchange(tx, user, { chapterId, campaignId, from, to, exchange, submissionKey })
}

async function requireBanks(
  tx: DbClient,
  { purse, toFundId, exchange }: { purse: Purse; toFundId: bigint; exchange: ExchangeInput },
): Promise<void> {
  const { chapterId, fundId, currency, neededCurrency } = purse
  const from = await listBanks(tx, { fundId, chapterId, currency })
  const to = await listBanks(tx, { fundId: toFundId, chapterId, currency: neededCurrency })
  const knows = (banks: { externalId: string }[], id: string) => banks.some(({ externalId }) => externalId === id)
  if (!knows(from, exchange.fromBank)) throw fieldOf('invalid_input', 'fromBank', 'Choose one of the bank accounts.')
  if (!knows(to, exchange.toBank)) throw fieldOf('invalid_input', 'toBank', 'Choose one of the bank accounts.')
  await openBank(tx, { fundId, externalId: exchange.fromBank })
  await openBank(tx, { fundId: toFundId, externalId: exchange.toBank })
}

/** The same as the ledger asks, at the field. */
async function requireMoney(tx: DbClient, purse: Purse, { left, fee, fromBank }: ExchangeInput): Promise<void> {
  const { fundId, chapterId, currency } = purse
  const banks = await listBanks(tx, { fundId, chapterId, currency })
  const { headroomMinor, receivableMinor } = await fundHeadroom(tx, fundId)
  if (receivableMinor > 0n) {
    const owed = formatMoney(receivableMinor, currency)
    throw new AppError('insufficient_funds', `The chapter owes this purse ${owed}; nothing leaves until it is paid.`)
  }
  const bankMinor = banks.find(({ externalId }) => externalId === fromBank)?.balanceMinor ?? 0n
  const hasMinor = bankMinor < headroomMinor ? bankMinor : headroomMinor
  if (left + fee <= hasMinor) return
  const has = formatMoney(hasMinor > 0n ? hasMinor : 0n, currency)
  const message = `The purse has ${has} to exchange in that bank account; ${formatMoney(left + fee, currency)} left it by what you entered.`
  throw fieldOf('insufficient_funds', 'left', message)
}

function fieldOf(code: 'invalid_input' | 'insufficient_funds', field: string, message: string): AppError {
  return new AppError(code, 'Some fields need your attention.', { fieldErrors: { [field]: [message] } })
}
