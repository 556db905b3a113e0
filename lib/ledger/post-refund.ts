import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostRefundInput = Posting & {
  fundId: bigint
  giftEntryId: bigint
  amountMinor: bigint
  /** The chapter's general fund, which bears what the fund cannot. */
  reserveFundId?: bigint | undefined
  /** Whether the reserve fund bears the lost fee before the gift's own fund does; it does where this is left out. */
  reserveBearsFees?: boolean | undefined
}

/**
 * Part or all of what a donor gave one fund goes back. Takes the gift's own cents first, then the fund's other unspent
 * ones, then the reserve fund's; the rest is booked to the chapter's receivable, and releases from the fund stop.
 * What exceeds the gift's net is the lost fee. Money still pending is taken ahead of its becoming available: Stripe takes
 * from its available balance at once, and so do the books. Never refused for lack of money;
 * throws `invalid_input` where more than the gift's gross would be refunded. A failed refund is `reverseEntry`.
 */
export async function postRefund(tx: DbClient, input: PostRefundInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_refund(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.giftEntryId}::bigint, ${input.amountMinor}::bigint, ${input.reserveFundId ?? null}::bigint,
    ${input.reserveBearsFees ?? true}) AS id`)
}
