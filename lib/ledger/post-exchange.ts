import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostExchangeInput = Posting & {
  fromFundId: bigint
  fromBankExternalId: string
  /** What left for it, in the first fund's currency; the bank's fee is beside it. */
  amountMinor: bigint
  feeMinor: bigint
  toFundId: bigint
  toBankExternalId: string
  /** What arrived, in the second fund's currency. */
  arrivedMinor: bigint
  /** What the cents that left were worth when they were given, in the second currency; what arrived, where nobody knows. */
  worthMinor: bigint
}

/**
 * Money of one fund becomes money of another in another currency, both of one campaign or both of a chapter itself: one
 * entry, each side through its fund's own exchange account. What arrived differs from what it was worth when it was given
 * by the realised loss or gain. The cents that left are named, and those that arrived stand in the same entry.
 * Throws `insufficient_funds` where the headroom or that bank account does not cover it, `invalid_input`, `not_found`.
 */
export async function postExchange(tx: DbClient, input: PostExchangeInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_exchange(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fromFundId}::bigint, ${input.fromBankExternalId}, ${input.amountMinor}::bigint, ${input.feeMinor}::bigint,
    ${input.toFundId}::bigint, ${input.toBankExternalId}, ${input.arrivedMinor}::bigint, ${input.worthMinor}::bigint) AS id`)
}
