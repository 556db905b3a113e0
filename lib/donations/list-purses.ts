import { hasRole } from '#lib/auth/policy.ts'
import type { Actor } from '#lib/auth/types.ts'
import { db } from '#lib/db/client.ts'
import { type FundHeadroom, fundHeadroom } from '#lib/ledger/queries.ts'
import { donationChapterIds } from './policy.ts'

/** Money in another currency than its campaign's, or its chapter's, fund keeps. */
export type ForeignPurse = FundHeadroom & {
  chapterName: string
  /** Null for the chapter's own. */
  campaignTitle: string | null
  /** The currency in which it can be sent, once somebody has changed it. */
  neededCurrency: string
  /** Whether the actor may record that it was: treasurers may, auditors read. */
  mayExchange: boolean
}

/**
 * The purses of the actor's chapters that no disbursement can be paid from: what was given, or settled by Stripe, in another
 * currency than the campaign's. For treasurers and auditors; empty ones are left out.
 */
export async function listForeignPurses(actor: Actor): Promise<ForeignPurse[]> {
  const rows = await db().$queryRaw<
    { fundId: bigint; chapterId: string; chapterName: string; campaignTitle: string | null; neededCurrency: string }[]
  >`
    SELECT f.id AS "fundId", h.id AS "chapterId", h.name AS "chapterName", c.title AS "campaignTitle", coalesce(c.currency, h.currency) AS "neededCurrency"
    FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id LEFT JOIN campaign c ON c.id = f.campaign_id
    WHERE h.id = ANY (${donationChapterIds(actor)}::uuid[]) AND f.currency <> coalesce(c.currency, h.currency)
    ORDER BY h.name, c.title NULLS LAST, f.currency`
  const purses: ForeignPurse[] = []
  for (const { fundId, chapterId, ...row } of rows) {
    const mayExchange = hasRole(actor, chapterId, 'treasurer')
    purses.push({ ...(await fundHeadroom(db(), fundId)), ...row, mayExchange })
  }
  return purses.filter((purse) => held(purse) !== 0n)
}

/** Everything in it, wherever it lies. */
export function held(purse: FundHeadroom): bigint {
  const { bankMinor, stripeAvailableMinor, stripePendingMinor, payoutsInTransitMinor, undepositedMinor } = purse
  return bankMinor + stripeAvailableMinor + stripePendingMinor + payoutsInTransitMinor + undepositedMinor
}
