import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostStripeFeeInput = Posting & {
  fundId: bigint
  /** Below zero where Stripe gives a fee back; never zero. */
  feeMinor: bigint
  /** Bears what the fund cannot. */
  reserveFundId?: bigint | undefined
}

/** A fee of Stripe's that is no part of a charge or a dispute. Never refused for lack of money. */
export async function postStripeFee(tx: DbClient, input: PostStripeFeeInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_stripe_fee(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.feeMinor}::bigint, ${input.reserveFundId ?? null}::bigint) AS id`)
}
