import type { DbClient } from '#lib/db/client.ts'
import type { PostGiftInput } from './post-gift.ts'
import { withLedgerErrors } from './run-posting.ts'
import type { Posted } from './types.ts'

/**
 * Many settled gifts in one call, each its own entry under its own key; answers in the order of the input. All or
 * none is written, except that keys posted before with the same contents count as replays. About 100 at a time is
 * fastest. Throws as `postGift` does.
 */
export async function postGifts(tx: DbClient, inputs: readonly PostGiftInput[]): Promise<Posted[]> {
  if (inputs.length === 0) return []
  const gifts = JSON.stringify(inputs.map(toRow))
  const [row] = await withLedgerErrors(
    tx.$queryRaw<{ ids: bigint[] }[]>`SELECT ledger.post_gifts(${gifts}::jsonb) AS ids`,
  )
  return (row?.ids ?? []).map((id) => (id < 0n ? { entryId: -id, replayed: true } : { entryId: id, replayed: false }))
}

function toRow(input: PostGiftInput): Record<string, string | null> {
  return {
    key: input.idempotencyKey,
    source_type: input.sourceType,
    source_id: input.sourceId,
    effective: input.effectiveAt.toISOString(),
    actor: input.actorId,
    memo: input.memo ?? null,
    fund: input.fundId.toString(),
    gift: input.giftMinor.toString(),
    cover: input.coverMinor.toString(),
    fee: input.feeMinor.toString(),
    tip_fund: input.tip?.fundId.toString() ?? null,
    tip: (input.tip?.tipMinor ?? 0n).toString(),
    tip_fee: (input.tip?.feeMinor ?? 0n).toString(),
  }
}
