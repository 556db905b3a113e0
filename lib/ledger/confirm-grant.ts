import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type ConfirmGrantInput = Posting & {
  releaseEntryId: bigint
}

/**
 * The recipient confirms the wire: the aid is granted, and a fund with donor restrictions releases them (ASC 958).
 * Once for each release; throws `wrong_state` where it was confirmed or returned before.
 */
export async function confirmGrant(tx: DbClient, input: ConfirmGrantInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.confirm_grant(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.releaseEntryId}::bigint) AS id`)
}
