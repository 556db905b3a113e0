import { recordEvent } from '#lib/audit/record-event.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import type { DbClient } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { listNextCents } from '#lib/ledger/list-next-cents.ts'
import { postExchange } from '#lib/ledger/post-exchange.ts'
import { money } from '#lib/money/arithmetic.ts'
import { rateBetween } from '#lib/money/exchange-rate.ts'
import type { ExchangeInput } from './check-exchange.ts'
import { readWorth } from './read-worth.ts'

type Side = { fundId: bigint; currency: string }
type Exchanged = {
  chapterId: string
  /** Null where the chapter's own money was exchanged. */
  campaignId: string | null
  from: Side
  to: Side
  exchange: ExchangeInput
  submissionKey: string
}

const RATE_TOO_LARGE = 10n ** 12n

/** The rate is evidence; one that no currencies have is a slip of the pen (`invalid_input` at `arrived`). */
function rateOf({ from, to, exchange }: Pick<Exchanged, 'from' | 'to' | 'exchange'>): string {
  const rate = rateBetween(money(exchange.left, from.currency), money(exchange.arrived, to.currency))
  if (BigInt(rate.split('.')[0] ?? '') < RATE_TOO_LARGE && /[1-9]/.test(rate)) return rate
  const message = 'These two amounts cannot be one exchange. Read both again.'
  throw new AppError('invalid_input', 'Some fields need your attention.', { fieldErrors: { arrived: [message] } })
}

/**
 * Posts an exchange between two funds, keeps its rate, source, day and what the money was worth, and writes it into the
 * audit log. The caller has folded both funds and made sure of banks and money. Answers the exchange's id.
 */
export async function postAndKeepExchange(tx: DbClient, user: UserActor, facts: Exchanged): Promise<string> {
  const { chapterId, campaignId, from, to, exchange, submissionKey } = facts
  const { left, fee, arrived, exchangedOn, rateSource, fromBank, toBank } = exchange
  const rate = rateOf(facts)
  const worthMinor = await readWorth(tx, await listNextCents(tx, from.fundId, left), money(arrived, to.currency))
  const id = newId()
  const { entryId } = await postExchange(tx, {
    ...{ idempotencyKey: `exchange:${id}`, sourceType: 'currency_exchange', sourceId: id, effectiveAt: exchangedOn },
    ...{ actorId: user.userId, fromFundId: from.fundId, toFundId: to.fundId },
    ...{ fromBankExternalId: fromBank, toBankExternalId: toBank },
    ...{ amountMinor: left, feeMinor: fee, arrivedMinor: arrived, worthMinor },
  })
  await tx.currencyExchange.create({
    data: {
      ...{ id, chapterId, campaignId, submissionKey, exchangedOn, rate, rateSource, entryId, worthMinor },
      ...{ fromFundId: from.fundId, fromCurrency: from.currency, fromBank, fromMinor: left, feeMinor: fee },
      ...{ toFundId: to.fundId, toCurrency: to.currency, toBank, toMinor: arrived },
      ...{ recordedById: user.userId, recordedAt: now() },
    },
  })
  await recordEvent(tx, user, {
    ...{ action: 'exchange.record', subjectType: 'currency_exchange', subjectId: id, chapterId },
    detail: {
      ...{ fromFundId: String(from.fundId), fromCurrency: from.currency, fromMinor: String(left) },
      ...{ feeMinor: String(fee), toFundId: String(to.fundId), toCurrency: to.currency, toMinor: String(arrived) },
      ...{ worthMinor: String(worthMinor), rate, rateSource, entryId: String(entryId) },
    },
  })
  return id
}
