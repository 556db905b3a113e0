import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostOfflineGiftInput = Posting & {
  fundId: bigint
  amountMinor: bigint
}

/**
 * Cash, a cheque or a transfer entered by a treasurer, undeposited until its bank line is matched.
 */
export async function postOfflineGift(tx: DbClient, input: PostOfflineGiftInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_offline_gift(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.amountMinor}::bigint) AS id`)
}
