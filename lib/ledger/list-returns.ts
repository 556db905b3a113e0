import { type DbClient, Prisma } from '#lib/db/client.ts'

/** Something of a gift that went back to its donor, and stands: what was reversed or won back is not among it. */
export type GiftReturn = {
  giftEntryId: bigint
  entryId: bigint
  kind: 'refund' | 'dispute'
  /** In the currency of the gift's fund. */
  amountMinor: bigint
  at: Date
}

const STANDING = Prisma.sql`ledger.gift_claims c JOIN ledger.entries e ON e.id = c.entry_id
  WHERE NOT EXISTS (SELECT FROM ledger.entries r WHERE r.reverses_entry_id = c.entry_id)`

/** What went back of these gifts, the oldest first; a gift to two funds has a line for each. */
export async function listReturns(db: DbClient, giftEntryIds: readonly bigint[]): Promise<GiftReturn[]> {
  if (giftEntryIds.length === 0) return []
  return db.$queryRaw<GiftReturn[]>`
    SELECT c.gift_entry_id AS "giftEntryId", c.entry_id AS "entryId", e.kind, c.amount_minor AS "amountMinor",
      coalesce(e.original_effective_at, e.effective_at) AS at
    FROM ${STANDING} AND c.gift_entry_id = ANY (${[...giftEntryIds]}::bigint[]) ORDER BY at, c.entry_id`
}

/** Every gift of which anything ever went back, with what stands of it now: few among many gifts. */
export function listClaimedGifts(db: DbClient): Promise<{ giftEntryId: bigint; returnedMinor: bigint }[]> {
  return db.$queryRaw`
    SELECT c.gift_entry_id AS "giftEntryId",
      coalesce(sum(c.amount_minor) FILTER (WHERE NOT EXISTS (
        SELECT FROM ledger.entries r WHERE r.reverses_entry_id = c.entry_id)), 0)::bigint AS "returnedMinor"
    FROM ledger.gift_claims c GROUP BY c.gift_entry_id`
}
