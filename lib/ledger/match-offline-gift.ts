import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type DepositOfflineGiftInput = Posting & {
  giftEntryId: bigint
  /** Which bank account of the fund; `main` when left out. */
  bankExternalId?: string | undefined
}

/**
 * An offline gift was matched to its bank line: undeposited becomes bank. Once; throws `wrong_state` after that.
 */
export async function depositOfflineGift(tx: DbClient, input: DepositOfflineGiftInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.deposit_offline_gift(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.giftEntryId}::bigint, ${input.bankExternalId ?? 'main'}) AS id`)
}
