import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostAvailableInput = Posting & {
  fundId: bigint
  amountMinor: bigint
}

/**
 * Stripe made settled money of the fund available: pending becomes available, and only now may it be spent.
 * Throws `insufficient_funds` where less is pending.
 */
export async function postAvailable(tx: DbClient, input: PostAvailableInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_available(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.amountMinor}::bigint) AS id`)
}
