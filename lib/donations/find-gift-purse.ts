import { db } from '#lib/db/client.ts'

/** The purse a gift was paid into, as its receipt names it. */
export type GiftPurse = {
  /** The campaign whose money it is; null for the chapter's own. */
  campaign: { title: string; slug: string } | null
  /** In words, after "into": with its currency where that is not the one its campaign or chapter keeps. */
  name: string
  /** Another's than the campaign's it was given to: the surplus rule sent it on. */
  rerouted: boolean
}

/**
 * Whose purse a gift is in. A campaign has one for each currency that Stripe settled gifts to it in, and all of them are
 * its own: only the ledger's fund says whose money it is.
 */
export async function findGiftPurse(gift: { fundId: bigint; campaignId: string }): Promise<GiftPurse> {
  const [fund] = await db().$queryRaw<
    { campaignId: string | null; title: string | null; slug: string | null; chapter: string; extra: string | null }[]
  >`
    SELECT f.campaign_id AS "campaignId", c.title, c.slug, h.name AS chapter,
      CASE WHEN f.currency <> coalesce(c.currency, h.currency) THEN f.currency END AS extra
    FROM ledger.funds f JOIN chapter h ON h.id = f.chapter_id LEFT JOIN campaign c ON c.id = f.campaign_id
    WHERE f.id = ${gift.fundId}`
  if (!fund) throw new Error('a gift in the books is in a fund')
  const { campaignId, title, slug, chapter, extra } = fund
  const campaign = title === null || slug === null ? null : { title, slug }
  const owner = campaign ? `the purse of ${campaign.title}` : `the general purse of ${chapter}`
  return { campaign, name: extra === null ? owner : `${owner} in ${extra}`, rerouted: campaignId !== gift.campaignId }
}
