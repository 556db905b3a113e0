import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type SettleReceivableInput = Posting & {
  fundId: bigint
  /** The chapter's fund that pays, from its share of the bank account. */
  fromFundId: bigint
  amountMinor: bigint
  bankExternalId?: string | undefined
}

/**
 * The chapter pays a fund what it owes it after a refund of money already spent; the fund may release again.
 * Throws `insufficient_funds` where less is owed or the paying fund has less.
 */
export async function settleReceivable(tx: DbClient, input: SettleReceivableInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.settle_receivable(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.fromFundId}::bigint, ${input.amountMinor}::bigint, ${input.bankExternalId ?? 'main'}) AS id`)
}
