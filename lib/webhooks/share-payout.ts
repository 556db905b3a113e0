import type { DbClient } from '#lib/db/client.ts'
import { makeAvailable } from '#lib/donations/post-available.ts'
import { AppError } from '#lib/errors.ts'
import { splitByWeights } from '#lib/money/split.ts'
import type { StripePayout } from '#lib/stripe/types.ts'

/** Signed minor units of one fund. */
export type FundShare = { fundId: bigint; amountMinor: bigint }

/** What the account lines of a payout come to, fund by fund; below zero where a fund gave back more than it got. */
export async function sharesOfLines(tx: DbClient, lineIds: readonly string[]): Promise<FundShare[]> {
  return tx.$queryRaw<FundShare[]>`
    SELECT fund_id AS "fundId", sum(net_minor)::bigint AS "amountMinor" FROM balance_transaction_leg
    WHERE balance_transaction_id = ANY (${[...lineIds]}) GROUP BY fund_id HAVING sum(net_minor) <> 0 ORDER BY fund_id`
}

/**
 * A payout made by hand names no lines. It is taken from every fund in proportion to what the fund had available at Stripe
 * in that moment, to the cent, so nobody's purse is emptied for another's. Throws `unavailable` while our books know of
 * less than was paid out.
 */
export async function sharesByHand(tx: DbClient, payout: StripePayout): Promise<FundShare[]> {
  const { createdAt, currency, amountMinor } = payout
  if (payout.originalPayoutId !== null) return sharesTakenBack(tx, payout)
  const due = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM balance_transaction WHERE currency = ${currency} AND available_entry_id IS NULL AND entry_id IS NOT NULL
      AND available_on <= ${createdAt} ORDER BY id`
  await makeAvailable(
    tx,
    due.map((line) => line.id),
  )
  const held = await tx.$queryRaw<FundShare[]>`
    SELECT g.fund_id AS "fundId", sum(g.net_minor)::bigint AS "amountMinor"
    FROM balance_transaction_leg g JOIN balance_transaction t ON t.id = g.balance_transaction_id
    WHERE t.currency = ${currency} AND t.available_on <= ${createdAt} AND t.created_at <= ${createdAt}
    GROUP BY g.fund_id HAVING sum(g.net_minor) > 0 ORDER BY g.fund_id`
  const heldMinor = held.reduce((sum, share) => sum + share.amountMinor, 0n)
  if (amountMinor <= 0n || heldMinor < amountMinor)
    throw new AppError('unavailable', 'More was paid out by hand than our books have at Stripe yet.')
  const parts = splitByWeights(
    amountMinor,
    held.map((share) => share.amountMinor),
  )
  return held
    .map(({ fundId }, index) => ({ fundId, amountMinor: parts[index] ?? 0n }))
    .filter((share) => share.amountMinor > 0n)
}

/** What was paid out to each fund, the other way round. */
async function sharesTakenBack(tx: DbClient, payout: StripePayout): Promise<FundShare[]> {
  const shares = await tx.$queryRaw<FundShare[]>`
    SELECT t.fund_id AS "fundId", sum(CASE WHEN t.debit_role = 'stripe_available' THEN t.amount_minor ELSE -t.amount_minor END)::bigint AS "amountMinor"
    FROM ledger.transfers t JOIN stripe_payout p ON p.entry_id = t.entry_id
    WHERE p.id = ${payout.originalPayoutId} GROUP BY t.fund_id ORDER BY t.fund_id`
  const minor = shares.reduce((sum, share) => sum + share.amountMinor, 0n)
  if (minor !== payout.amountMinor)
    throw new AppError('conflict', 'A payout takes back another amount than was paid out.')
  return shares
}
