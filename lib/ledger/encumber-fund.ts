import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type EncumberFundInput = Posting & {
  fundId: bigint
  amountMinor: bigint
}

/**
 * Promises money: an approved disbursement lowers the headroom at once, so nobody else can promise it.
 * Throws `insufficient_funds` saying how much there is. No role bypasses this.
 */
export async function encumberFund(tx: DbClient, input: EncumberFundInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.encumber(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.amountMinor}::bigint) AS id`)
}
