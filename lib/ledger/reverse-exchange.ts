import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

/**
 * Undoes an exchange by its mirror, once, while nothing of what arrived is spent: other people's gifts do not make good
 * for it. Throws `wrong_state` after that, `insufficient_funds` where it is promised or lies in another bank account.
 */
export async function reverseExchange(tx: DbClient, input: Posting & { entryId: bigint }): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.reverse_exchange(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null}, ${input.entryId}::bigint) AS id`)
}
