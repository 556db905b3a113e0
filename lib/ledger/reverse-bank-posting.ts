import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

/** Undoes a bank's charge or a transfer between two accounts by its mirror, once. Throws `wrong_state` after that. */
export async function reverseBankPosting(tx: DbClient, input: Posting & { entryId: bigint }): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.undo_bank_posting(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null}, ${input.entryId}::bigint) AS id`)
}
