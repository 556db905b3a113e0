import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type TransferBetweenFundsInput = Posting & {
  fromFundId: bigint
  toFundId: bigint
  amountMinor: bigint
  /** Which money moves. */
  role: 'bank' | 'stripe_available'
  /** Which bank account, of both funds; `main` when left out. */
  bankExternalId?: string | undefined
}

/**
 * Moves money between two funds of one currency: two transfers in one entry, each inside its fund. The cents get new
 * numbers in the receiving fund. Throws `insufficient_funds`, and `invalid_input` for two currencies.
 */
export async function transferBetweenFunds(tx: DbClient, input: TransferBetweenFundsInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_interfund(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fromFundId}::bigint, ${input.toFundId}::bigint, ${input.amountMinor}::bigint, ${input.role},
    ${input.bankExternalId ?? 'main'}) AS id`)
}
