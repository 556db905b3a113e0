import { recordRefusedAccess } from '#lib/audit/record-refusal.ts'
import { hasRole, requireUser } from '#lib/auth/policy.ts'
import type { Actor, UserActor } from '#lib/auth/types.ts'
import { type DbClient, db } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'

/** A bank account as the ledger names it, and as its treasurers do. */
export type PurseBank = { externalId: string; name: string; balanceMinor: bigint }

/** A purse whose currency nothing is sent in, and the fund that is sent from. */
export type Purse = {
  fundId: bigint
  currency: string
  chapterId: string
  chapterName: string
  /** Null for the chapter's own money. */
  campaignId: string | null
  campaignTitle: string | null
  neededCurrency: string
  /** Null while the chapter has no general fund yet. */
  neededFundId: bigint | null
}

/** The purse, for a treasurer of its chapter. To anybody else it does not exist: throws `not_found`. */
export async function requirePurse(actor: Actor, fundId: bigint): Promise<{ user: UserActor; purse: Purse }> {
  const user = requireUser(actor)
  const [purse] = await db().$queryRaw<Purse[]>`
    SELECT f.id AS "fundId", f.currency, h.id AS "chapterId", h.name AS "chapterName", c.id AS "campaignId",
      c.title AS "campaignTitle", coalesce(c.currency, h.currency) AS "neededCurrency",
      CASE WHEN c.id IS NULL THEN h.general_fund_id ELSE c.fund_id END AS "neededFundId"
    FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id LEFT JOIN campaign c ON c.id = f.campaign_id
    WHERE f.id = ${fundId} AND f.currency <> coalesce(c.currency, h.currency) AND (c.id IS NULL OR c.fund_id IS NOT NULL)`
  if (purse && hasRole(user, purse.chapterId, 'treasurer')) return { user, purse }
  if (purse) {
    const { chapterId } = purse
    await recordRefusedAccess(user, { subjectType: 'fund', subjectId: String(fundId), chapterId })
  }
  throw new AppError('not_found', 'There is no such purse.')
}

/** The bank accounts a fund's money lies in, and those of the chapter that it may lie in; `main` first. */
export async function listBanks(
  client: DbClient,
  fund: { fundId: bigint | null; chapterId: string; currency: string },
): Promise<PurseBank[]> {
  return client.$queryRaw<PurseBank[]>`
    SELECT x.external_id AS "externalId", coalesce(max(a.name), 'Main account') AS name, sum(x.minor)::bigint AS "balanceMinor"
    FROM (
      SELECT 'main' AS external_id, 0 AS minor
      UNION ALL SELECT external_id, balance_minor FROM ledger.balances WHERE fund_id = ${fund.fundId}::bigint AND role = 'bank'
      UNION ALL SELECT external_id, 0 FROM bank_account WHERE chapter_id = ${fund.chapterId}::uuid AND currency = ${fund.currency}
    ) x LEFT JOIN bank_account a ON a.external_id = x.external_id AND a.currency = ${fund.currency}
    GROUP BY x.external_id ORDER BY x.external_id <> 'main', x.external_id`
}

/**
 * Whether the campaign's money stays where it is, because none of its aid groups may be paid. What it answers holds until
 * the transaction ends.
 */
export async function isFrozen(tx: DbClient, campaignId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ frozen: boolean }[]>`SELECT campaign_is_frozen(${campaignId}::uuid) AS frozen`
  return row?.frozen ?? true
}
