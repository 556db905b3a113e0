import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type WinDisputeInput = Posting & {
  disputeEntryId: bigint
  /** What Stripe keeps of the dispute's fee all the same; 0n when left out. */
  feeKeptMinor?: bigint | undefined
  reserveFundId?: bigint | undefined
  /** As in openDispute. */
  reserveBearsFees?: boolean | undefined
}

/**
 * A dispute was won: what left comes back, as new lots. A lost dispute needs no posting: it already left.
 */
export async function winDispute(tx: DbClient, input: WinDisputeInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.win_dispute(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.disputeEntryId}::bigint, ${input.feeKeptMinor ?? 0n}::bigint,
    ${input.reserveFundId ?? null}::bigint, ${input.reserveBearsFees ?? false}) AS id`)
}
