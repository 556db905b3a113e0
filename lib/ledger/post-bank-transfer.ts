import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostBankTransferInput = Posting & {
  fundId: bigint
  fromBankExternalId: string
  toBankExternalId: string
  amountMinor: bigint
}

/**
 * Money of a fund moves from one of its bank accounts to another. What the fund has does not change, so its cents keep
 * their numbers. Undone with `reverseBankPosting`. Throws `insufficient_funds`, and `not_found` for an account that the
 * fund has not opened (`openBank`).
 */
export async function postBankTransfer(tx: DbClient, input: PostBankTransferInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_bank_transfer(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.fromBankExternalId}, ${input.toBankExternalId}, ${input.amountMinor}::bigint) AS id`)
}
