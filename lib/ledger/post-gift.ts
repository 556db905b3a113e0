import type { DbClient } from '#lib/db/client.ts'
import { runPosting } from './run-posting.ts'
import type { Posted, Posting } from './types.ts'

export type PostGiftInput = Posting & {
  fundId: bigint
  giftMinor: bigint
  /** What the donor added to cover the fee; 0n for nothing. */
  coverMinor: bigint
  feeMinor: bigint
  /** An opt-in tip, to the chapter's general fund (without donor restrictions), with its own share of the fee. */
  tip?: { fundId: bigint; tipMinor: bigint; feeMinor: bigint } | undefined
}

/**
 * A settled card gift. Gross = gift + cover + tip; `feeMinor` and `tip.feeMinor` are the actual fee from the balance
 * transaction, split by the caller. The net of each fund's part gets its numbered cents at the next fold.
 * Takes only a shared lock, so gifts to one fund never wait for each other. Throws `invalid_input` where the amounts
 * do not fit, `not_found`, `idempotency_mismatch`.
 */
export async function postGift(tx: DbClient, input: PostGiftInput): Promise<Posted> {
  const { tip } = input
  return runPosting(tx.$queryRaw`SELECT ledger.post_gift(${input.idempotencyKey}, ${input.sourceType}, ${input.sourceId},
    ${input.effectiveAt}::timestamptz, ${input.actorId}, ${input.memo ?? null},
    ${input.fundId}::bigint, ${input.giftMinor}::bigint, ${input.coverMinor}::bigint, ${input.feeMinor}::bigint,
    ${tip?.fundId ?? null}::bigint, ${tip?.tipMinor ?? 0n}::bigint, ${tip?.feeMinor ?? 0n}::bigint) AS id`)
}
