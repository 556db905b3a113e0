import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostPayoutInput = Posting & {
  /** At least one. A negative line is a fund whose refunds exceed its gifts in this payout; zero is refused. */
  lines: readonly { fundId: bigint; amountMinor: bigint }[]
}

/**
 * A payout left Stripe: one entry, a line for each fund in it. The headroom stays: money on its way is still ours.
 * A failed payout is `reverseEntry` of this entry.
 */
export async function postPayout(tx: DbClient, input: PostPayoutInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_payout(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.lines.map((line) => line.fundId)}::bigint[], ${input.lines.map((line) => line.amountMinor)}::bigint[]) AS id`)
}
