import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type OpenDisputeInput = Posting & {
  fundId: bigint
  giftEntryId: bigint
  amountMinor: bigint
  feeMinor: bigint
  reserveFundId?: bigint | undefined
  /** Whether the reserve fund bears the dispute's fee and the lost card fee before the gift's own fund does; not where left out. */
  reserveBearsFees?: boolean | undefined
}

/**
 * A dispute opened: amount and fee leave at once, from the same sources in the same order as a refund. Never refused
 * for lack of money, nor because part of the gift was refunded; throws `invalid_input` for more than the gift's gross.
 */
export async function openDispute(tx: DbClient, input: OpenDisputeInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.open_dispute(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.giftEntryId}::bigint, ${input.amountMinor}::bigint, ${input.feeMinor}::bigint,
    ${input.reserveFundId ?? null}::bigint, ${input.reserveBearsFees ?? false}) AS id`)
}
