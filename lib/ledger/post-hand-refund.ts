import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostHandRefundInput = Omit<Posting, 'sourceType'> & {
  fundId: bigint
  giftEntryId: bigint
  amountMinor: bigint
  /** The bank account it left; null out of the cash of an offline gift that no bank line is matched to. */
  bankExternalId: string | null
  /** The chapter's general fund, which bears what the fund has spent. */
  reserveFundId?: bigint | undefined
}

/**
 * Part or all of a gift was given back without Stripe. Takes the gift's own cents first, then the fund's other unspent
 * ones, then the reserve's. Throws `invalid_input` for more than is left of the gift, `insufficient_funds` where neither
 * fund has it in that account: nobody can hand out what is not there.
 */
export async function postHandRefund(tx: DbClient, input: PostHandRefundInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_hand_refund(${input.idempotencyKey}, 'hand_refund', ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.giftEntryId}::bigint, ${input.amountMinor}::bigint, ${input.bankExternalId},
    ${input.reserveFundId ?? null}::bigint) AS id`)
}
