import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type CancelEncumbranceInput = Posting & {
  encumbranceEntryId: bigint
}

/**
 * Takes a promise back. Throws `wrong_state` where it was released or cancelled before.
 */
export async function cancelEncumbrance(tx: DbClient, input: CancelEncumbranceInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.cancel_encumbrance(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.encumbranceEntryId}::bigint) AS id`)
}
