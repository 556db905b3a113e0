import type { DbClient } from '#lib/db/client.ts'

/** Minor units, none below zero. Together they are what the entries took back and nobody has given back since. */
export type LossBearers = {
  /** Cents that this gift itself had given. */
  ownMinor: bigint
  /** Other unspent money of the same fund. */
  otherMinor: bigint
  /** The chapter's general fund. */
  reserveMinor: bigint
  /** What the chapter owes the fund. */
  receivableMinor: bigint
}

/** Who bears the refunds and disputes of a gift that these entries posted; entries that were reversed count no longer. */
export async function lossBearers(
  tx: DbClient,
  giftEntryId: bigint,
  entryIds: readonly bigint[],
): Promise<LossBearers> {
  const [row] = await tx.$queryRaw<LossBearers[]>`
    SELECT own_minor AS "ownMinor", other_minor AS "otherMinor", reserve_minor AS "reserveMinor", receivable_minor AS "receivableMinor"
    FROM ledger.loss_bearers(${giftEntryId}::bigint, ${[...entryIds]}::bigint[])`
  return row ?? { ownMinor: 0n, otherMinor: 0n, reserveMinor: 0n, receivableMinor: 0n }
}

/** A gift as one fund got it, before fees, and what refunds and disputes have claimed of it and not given back. */
export type GiftClaims = { fundId: bigint; grossMinor: bigint; claimedMinor: bigint }

/** The funds of a gift in order of its transfers: the fund of the gift itself, then that of its tip. */
export async function giftClaims(tx: DbClient, giftEntryId: bigint): Promise<GiftClaims[]> {
  return tx.$queryRaw<GiftClaims[]>`
    SELECT t.fund_id AS "fundId", sum(t.amount_minor)::bigint AS "grossMinor", (
      SELECT coalesce(sum(c.amount_minor), 0)::bigint FROM ledger.gift_claims c
      WHERE c.gift_entry_id = ${giftEntryId}::bigint AND c.fund_id = t.fund_id
        AND NOT EXISTS (SELECT FROM ledger.entries r WHERE r.reverses_entry_id = c.entry_id)) AS "claimedMinor"
    FROM ledger.transfers t WHERE t.entry_id = ${giftEntryId}::bigint AND t.debit_role = 'stripe_pending'
    GROUP BY t.fund_id ORDER BY min(t.id)`
}

/** What entries did to each fund's balance at Stripe, signed; funds of zero left out. */
export async function stripeShares(
  tx: DbClient,
  entryIds: readonly bigint[],
): Promise<{ fundId: bigint; netMinor: bigint }[]> {
  return tx.$queryRaw<{ fundId: bigint; netMinor: bigint }[]>`
    SELECT fund_id AS "fundId", sum(minor)::bigint AS "netMinor" FROM (
      SELECT fund_id, CASE WHEN debit_role IN ('stripe_pending', 'stripe_available') THEN amount_minor ELSE 0 END
        - CASE WHEN credit_role IN ('stripe_pending', 'stripe_available') THEN amount_minor ELSE 0 END AS minor
      FROM ledger.transfers WHERE entry_id = ANY (${[...entryIds]}::bigint[])) x
    GROUP BY fund_id HAVING sum(minor) <> 0 ORDER BY fund_id`
}
