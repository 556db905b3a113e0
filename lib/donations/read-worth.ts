import type { DbClient } from '#lib/db/client.ts'
import type { NextCents } from '#lib/ledger/list-next-cents.ts'
import type { Money } from '#lib/money/arithmetic.ts'
import { splitByWeights } from '#lib/money/split.ts'

const SCALE = 10n ** 12n

/**
 * What cents were worth in the second currency when they were given: at the rate of each gift that was made in that
 * currency. Where no rate is known (a gift made in the purse's own currency) they are worth their share of what arrived,
 * so that no gain or loss is invented. Minor units, rounded to the nearest once, at the end.
 */
export async function readWorth(tx: DbClient, cents: readonly NextCents[], arrived: Money): Promise<bigint> {
  const rates = await ratesOf(tx, cents, arrived.currency)
  let scaled = 0n
  let knownMinor = 0n
  let unknownMinor = 0n
  for (const { entryId, amountMinor } of cents) {
    const rate = rates.get(entryId)
    if (rate === undefined) unknownMinor += amountMinor
    else {
      knownMinor += amountMinor
      scaled += (amountMinor * rate.givenMinor * SCALE) / rate.settledMinor
    }
  }
  if (knownMinor === 0n) return arrived.amountMinor
  const [unknownWorthMinor = 0n] = splitByWeights(arrived.amountMinor, [unknownMinor, knownMinor])
  return (scaled + SCALE / 2n) / SCALE + unknownWorthMinor
}

type Rate = { givenMinor: bigint; settledMinor: bigint }

async function ratesOf(tx: DbClient, cents: readonly NextCents[], currency: string): Promise<Map<bigint, Rate>> {
  const entryIds = [...new Set(cents.map(({ entryId }) => entryId))]
  const rows = await tx.$queryRaw<(Rate & { entryId: bigint })[]>`
    SELECT d.entry_id AS "entryId", b.presentment_minor AS "givenMinor", b.amount_minor AS "settledMinor"
    FROM donation d JOIN balance_transaction b ON b.id = d.balance_transaction_id
    WHERE d.entry_id = ANY (${entryIds}::bigint[]) AND b.presentment_currency = ${currency}
      AND b.presentment_minor > 0 AND b.amount_minor > 0`
  return new Map(rows.map(({ entryId, ...rate }) => [entryId, rate]))
}
