import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type ReleaseEncumbranceInput = Posting & {
  encumbranceEntryId: bigint
  bankExternalId: string
  transferFeeMinor: bigint
  lines: readonly { lineId: string; amountMinor: bigint }[]
}

/**
 * The wire was sent: reverses the encumbrance, moves the money from the bank into transit, books the wire's fee and
 * gives every line its numbered cents, first in, first out. The lines must add up to what was promised.
 * Throws `insufficient_funds` where the fund's share of that bank account does not cover wire and fee, or where the
 * chapter owes the fund; `wrong_state` where the promise is gone; `invalid_input` where the lines do not add up.
 */
export async function releaseEncumbrance(tx: DbClient, input: ReleaseEncumbranceInput): Promise<Posted> {
  return runPosting(tx.$queryRaw`SELECT ledger.release(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.encumbranceEntryId}::bigint, ${input.bankExternalId}, ${input.transferFeeMinor}::bigint,
    ${input.lines.map((line) => line.lineId)}::uuid[], ${input.lines.map((line) => line.amountMinor)}::bigint[]) AS id`)
}
