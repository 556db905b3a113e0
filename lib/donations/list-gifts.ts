import type { Actor } from '#lib/auth/types.ts'
import { db, Prisma } from '#lib/db/client.ts'
import { AppError } from '#lib/errors.ts'
import { parseMoney } from '#lib/money/parse.ts'
import { donationChapterIds, donorChapterIds } from './policy.ts'
import type { GiftSearch } from './schema.ts'

const PAGE = 50

/** A line of the treasurers' list of gifts; nothing in it says who gave. */
export type GiftRow = {
  id: string
  campaignTitle: string
  chapterName: string
  currency: string
  status: 'started' | 'settled' | 'failed' | 'expired'
  /** Gift, covered fee and tip together. */
  totalMinor: bigint
  settledAt: Date | null
  createdAt: Date
  refundedMinor: bigint
  /** Stripe's word for the newest dispute; null without one. */
  disputeStatus: string | null
}

/** Campaigns of the actor's chapters, for the search's choices, by title. */
export async function listGiftCampaigns(actor: Actor): Promise<{ slug: string; title: string }[]> {
  return db().campaign.findMany({
    where: { chapterId: { in: donationChapterIds(actor) }, fundId: { not: null } },
    select: { slug: true, title: true },
    orderBy: { title: 'asc' },
  })
}

/**
 * Gifts of the actor's chapters that a search selects, the newest first, fifty a page; nothing in a row says who gave. A
 * donor can be asked for only where the actor is treasurer. Throws `invalid_input` at the field `amount`.
 */
export async function listGifts(
  actor: Actor,
  search: GiftSearch,
): Promise<{ rows: GiftRow[]; nextBefore: string | null }> {
  const found = await db().$queryRaw<GiftRow[]>`
    SELECT d.id, c.title AS "campaignTitle", h.name AS "chapterName", d.currency, d.status::text AS status,
      d.gift_minor + d.cover_minor + d.tip_minor AS "totalMinor", d.settled_at AS "settledAt", d.created_at AS "createdAt",
      (SELECT coalesce(sum(r.amount_minor), 0)::bigint FROM refund r
        WHERE r.donation_id = d.id AND r.status NOT IN ('requested', 'refused', 'failed', 'canceled')) AS "refundedMinor",
      (SELECT s.status FROM dispute s WHERE s.donation_id = d.id ORDER BY s.opened_at DESC, s.id DESC LIMIT 1) AS "disputeStatus"
    FROM donation d JOIN campaign c ON c.id = d.campaign_id JOIN chapter h ON h.id = c.chapter_id
    WHERE ${await matches(actor, search)} ORDER BY coalesce(d.settled_at, d.created_at) DESC, d.id DESC LIMIT ${PAGE + 1}`
  const rows = found.slice(0, PAGE)
  return { rows, nextBefore: found.length > PAGE ? (rows.at(-1)?.id ?? null) : null }
}

async function matches(actor: Actor, search: GiftSearch): Promise<Prisma.Sql> {
  const { text, campaign, from, to, amount, status, donor, before } = search
  const conditions = [Prisma.sql`c.chapter_id = ANY (${donationChapterIds(actor)}::uuid[])`]
  if (text) conditions.push(isNamed(text))
  if (campaign) conditions.push(Prisma.sql`c.slug = ${campaign}`)
  if (from) conditions.push(Prisma.sql`coalesce(d.settled_at, d.created_at) >= ${`${from}T00:00:00Z`}::timestamptz`)
  if (to)
    conditions.push(
      Prisma.sql`coalesce(d.settled_at, d.created_at) < ${`${to}T00:00:00Z`}::timestamptz + interval '1 day'`,
    )
  if (amount) conditions.push(await isOf(actor, amount))
  if (status) conditions.push(STATUS[status])
  if (donor) {
    conditions.push(Prisma.sql`d.donor_id = ${donor}::uuid AND c.chapter_id = ANY (${donorChapterIds(actor)}::uuid[])`)
  }
  if (before) {
    conditions.push(Prisma.sql`(coalesce(d.settled_at, d.created_at), d.id) < (
      SELECT coalesce(b.settled_at, b.created_at), b.id FROM donation b WHERE b.id = ${before}::uuid)`)
  }
  return Prisma.join(conditions, ' AND ')
}

const STATUS: Readonly<Record<NonNullable<GiftSearch['status']>, Prisma.Sql>> = {
  settled: Prisma.sql`d.status = 'settled'`,
  refunded: Prisma.sql`EXISTS (SELECT FROM refund r WHERE r.donation_id = d.id AND r.status NOT IN ('refused', 'failed', 'canceled'))`,
  disputed: Prisma.sql`EXISTS (SELECT FROM dispute s WHERE s.donation_id = d.id)`,
  started: Prisma.sql`d.status = 'started'`,
  failed: Prisma.sql`d.status IN ('failed', 'expired')`,
}

/** Any id that stands on a receipt, in Stripe's dashboard or in the ledger. */
function isNamed(text: string): Prisma.Sql {
  return Prisma.sql`(${text} IN (d.id::text, d.charge_id, d.payment_intent_id, d.checkout_session_id, d.balance_transaction_id)
    OR EXISTS (SELECT FROM refund r WHERE r.donation_id = d.id AND ${text} IN (r.stripe_id, r.balance_transaction_id))
    OR EXISTS (SELECT FROM dispute s WHERE s.donation_id = d.id AND s.stripe_id = ${text}))`
}

/** The same written amount is another number of minor units in another currency. */
async function isOf(actor: Actor, amount: string): Promise<Prisma.Sql> {
  const used = await db().campaign.findMany({
    where: { chapterId: { in: donationChapterIds(actor) } },
    distinct: ['currency'],
    select: { currency: true },
  })
  const wanted = used.flatMap(({ currency }) => {
    try {
      return [
        Prisma.sql`(d.currency = ${currency} AND d.gift_minor + d.cover_minor + d.tip_minor = ${parseMoney(amount, currency)})`,
      ]
    } catch (error) {
      if (error instanceof AppError) return []
      throw error
    }
  })
  if (wanted.length > 0) return Prisma.sql`(${Prisma.join(wanted, ' OR ')})`
  throw new AppError('invalid_input', 'Some fields need your attention.', {
    fieldErrors: { amount: ['Write what was paid in all, as 25.00.'] },
  })
}
