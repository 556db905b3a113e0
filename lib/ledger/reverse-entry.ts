import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type ReverseEntryInput = Posting & {
  entryId: bigint
}

/**
 * Undoes an entry by its mirror, once: a failed payout, a failed refund, a wrong gift. What it spent comes back as new
 * lots, what it gave is spent, its own cents first. Reversals, promises, releases and disputes are refused with
 * `wrong_state`: the first stay, the others have their own words (cancelEncumbrance, returnWire, winDispute).
 * Throws `insufficient_funds` where the money is spent, `wrong_state` where it has moved on.
 */
export async function reverseEntry(tx: DbClient, input: ReverseEntryInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.reverse_entry(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.entryId}::bigint) AS id`)
}
