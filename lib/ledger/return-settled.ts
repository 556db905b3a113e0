import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type ReturnSettledInput = Posting & {
  /** The fund that owes the chapter. */
  fundId: bigint
  /** The chapter's general fund. */
  toFundId: bigint
  amountMinor: bigint
  bankExternalId?: string | undefined
}

/**
 * A fund gives back what the chapter had paid for a loss that was undone since, from its share of the bank account. Throws
 * `insufficient_funds` where the fund owes less, or has less at the bank.
 */
export async function returnSettled(tx: DbClient, input: ReturnSettledInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.return_settled(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.toFundId}::bigint, ${input.amountMinor}::bigint, ${input.bankExternalId ?? 'main'}) AS id`)
}
