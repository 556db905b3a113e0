import { db } from '#lib/db/client.ts'

/** Where exchanged money of a fund went on: the fund that its campaign, or chapter, sends from. */
type ExchangedInto = { fundId: bigint; currency: string }

/** The fund into which these entries exchanged money of a purse; null where none of them did. */
export async function findExchanged(fundId: bigint, entryIds: readonly bigint[]): Promise<ExchangedInto | null> {
  if (entryIds.length === 0) return null
  const found = await db().currencyExchange.findFirst({
    where: { fromFundId: fundId, entryId: { in: [...entryIds] } },
    select: { toFundId: true, toCurrency: true },
  })
  return found && { fundId: found.toFundId, currency: found.toCurrency }
}
