import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostPayoutArrivalInput = Posting & {
  payoutEntryId: bigint
  /** Which bank account of the funds; `main` when left out. */
  bankExternalId?: string | undefined
}

/**
 * The payout is on the bank's statement. Once for each payout; throws `wrong_state` where it arrived or failed before.
 */
export async function postPayoutArrival(tx: DbClient, input: PostPayoutArrivalInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_payout_arrival(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.payoutEntryId}::bigint, ${input.bankExternalId ?? 'main'}) AS id`)
}
