import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostBankChargeInput = Posting & {
  /** Who bears it, or gets it: usually the chapter's general fund. */
  fundId: bigint
  bankExternalId: string
  /** Above zero: the bank took it for itself. Below zero: it gave it, as interest or a fee handed back. */
  amountMinor: bigint
}

/**
 * What the bank took or gave by itself, as its statement says. Undone with `reverseBankPosting`. Throws
 * `insufficient_funds` where the fund has not as much to spend in that bank account: choose another fund.
 */
export async function postBankCharge(tx: DbClient, input: PostBankChargeInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.post_bank_charge(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.bankExternalId}, ${input.amountMinor}::bigint) AS id`)
}
