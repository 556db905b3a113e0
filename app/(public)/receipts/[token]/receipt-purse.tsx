import { CentsList } from '#components/donations/cents-list.tsx'
import { describeCents } from '#components/donations/describe-cents.ts'
import { PurseLine } from '#components/purse/purse-line.tsx'
import { db } from '#lib/db/client.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { campaignPurse } from '#lib/reports/build-purse.ts'

type Props = {
  entryId: bigint
  fundId: bigint
  currency: string
  /** Whose purse it is; null for the chapter's general purse. */
  campaign: { title: string; slug: string } | null
}

/** The purse line of the fund with the donor's cents marked on it, and what became of each. */
export async function ReceiptPurse({ entryId, fundId, currency, campaign }: Props) {
  const slug = campaign?.slug ?? ''
  const [trace, purse] = await Promise.all([traceGift(db(), entryId), campaignPurse({ fundId, slug })])
  const parts = trace.parts.filter((part) => part.fundId === fundId)
  const stretches = purse.map((stretch) => ({ ...stretch, href: placeOf(slug, stretch.href) }))
  if (parts.length === 0) {
    return (
      <p>
        {/* The numbers are given by the next fold, a second or so after the gift. */}
        <meta httpEquiv="refresh" content="3" />
        Your cents are getting their numbers. This page looks again by itself.
      </p>
    )
  }
  return (
    <div className="flex flex-col gap-6">
      <CentsList rows={describeCents(parts, stretches)} currency={currency} />
      <PurseLine
        segments={stretches}
        yourCents={parts}
        currency={currency}
        name={campaign ? `${campaign.title}: where the money is` : 'The general purse: where the money is'}
      />
    </div>
  )
}

/** The same place on the campaign's page; a general purse has no page of its own. */
function placeOf(slug: string, href: string | undefined): string | undefined {
  if (href === undefined || slug === '') return undefined
  return href.startsWith('#') ? `/campaigns/${slug}${href}` : href
}
