import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type ReturnWireInput = Posting & {
  releaseEntryId: bigint
}

/**
 * The wire came back: the money is in the bank again, under new numbers that name the outflows they came from. The
 * wire's fee stays lost and the promise is not renewed: a new approval encumbers again.
 * Throws `wrong_state` where the grant was confirmed (reverse that entry first) or returned before.
 */
export async function returnWire(tx: DbClient, input: ReturnWireInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.return_wire(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.releaseEntryId}::bigint) AS id`)
}
