import { now } from '#lib/clock.ts'
import { db } from '#lib/db/client.ts'
import { closedReason, giftChoices, giftCurrency } from './policy.ts'
import type { GivingView, PublicGift } from './types.ts'

const PAGE_MAX = 100

/** What the giving pages of a campaign show, in the asked currency where it takes that one; null for one the public cannot see. */
export async function givingView(slug: string, asked?: unknown): Promise<GivingView | null> {
  const campaign = await db().campaign.findUnique({
    where: { slug },
    select: {
      ...{ id: true, slug: true, title: true, summary: true, currency: true, status: true, deadline: true },
      alsoCurrency: true,
      chapter: { select: { name: true, currency: true } },
    },
  })
  if (!campaign || campaign.status === 'draft' || campaign.status === 'in_review') return null
  const { id: campaignId, title, summary, alsoCurrency, chapter } = campaign
  const currency = giftCurrency(campaign, asked)
  return {
    ...{ campaignId, slug: campaign.slug, title, summary, currency, chapterName: chapter.name },
    ...giftChoices(currency),
    otherCurrency: currency === alsoCurrency ? campaign.currency : alsoCurrency,
    fundCurrency: campaign.currency,
    offersTip: chapter.currency === currency,
    closedReason: closedReason(campaign, now()),
  }
}

/**
 * The public list of a campaign's gifts, newest first; what a donor did not choose to show is not even read.
 * `before` is the last gift of the page shown so far.
 */
export async function publicGifts(
  campaignId: string,
  page: { limit: number; before?: { settledAt: Date; id: string } },
): Promise<PublicGift[]> {
  const limit = Math.min(Math.max(1, page.limit), PAGE_MAX)
  const { settledAt, id } = page.before ?? { settledAt: null, id: null }
  return db().$queryRaw<PublicGift[]>`
    SELECT d.id, CASE WHEN d.show_name THEN coalesce(d.donor_name, o.name) END AS name,
      CASE WHEN d.show_amount THEN d.gift_minor END AS "amountMinor", d.currency, d.settled_at AS "settledAt",
      EXISTS (SELECT FROM refund r WHERE r.donation_id = d.id AND r.status IN ('pending', 'succeeded')
        HAVING sum(r.amount_minor) = d.gift_minor + d.cover_minor + d.tip_minor) AS "isReturned"
    FROM donation d JOIN donor o ON o.id = d.donor_id
    WHERE d.campaign_id = ${campaignId}::uuid AND d.status = 'settled' AND d.reversal_entry_id IS NULL
      AND (${settledAt}::timestamptz IS NULL OR (d.settled_at, d.id) < (${settledAt}::timestamptz, ${id}::uuid))
    ORDER BY d.settled_at DESC, d.id DESC LIMIT ${limit}`
}

/** Which receipt a payment page leads to, for the browser that began it. */
export async function donationOfSession(sessionId: string): Promise<{ receiptToken: string; slug: string } | null> {
  const donation = await db().donation.findUnique({
    where: { checkoutSessionId: sessionId },
    select: { receiptToken: true, campaign: { select: { slug: true } } },
  })
  return donation && { receiptToken: donation.receiptToken, slug: donation.campaign.slug }
}
