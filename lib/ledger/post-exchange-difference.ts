import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostExchangeDifferenceInput = Posting & {
  fundId: bigint
  /** The gift that went back. */
  giftEntryId: bigint
  /** Signed, in the fund's currency: above zero is a gain, below zero a loss. Never zero. */
  gainMinor: bigint
  /** Bears what the fund cannot, as with a refund. */
  reserveFundId?: bigint | undefined
}

/**
 * Realised gain or loss where money went back at another rate than it came. A refund or a dispute is posted at what the
 * gift was worth when it was given; the rest of Stripe's account line is this, an entry of its own beside it. Never
 * refused for lack of money. Throws `invalid_input` for zero, `not_found`, `idempotency_mismatch`.
 */
export async function postExchangeDifference(tx: DbClient, input: PostExchangeDifferenceInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_exchange_difference(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.giftEntryId}::bigint, ${input.gainMinor}::bigint, ${input.reserveFundId ?? null}::bigint) AS id`)
}
