import { setTimeout as sleep } from 'node:timers/promises'
import { CentsList } from '#components/donations/cents-list.tsx'
import { describeCents } from '#components/donations/describe-cents.ts'
import { PurseLine } from '#components/purse/purse-line.tsx'
import { db } from '#lib/db/client.ts'
import { traceGift } from '#lib/ledger/trace-gift.ts'
import { campaignPurse } from '#lib/reports/build-purse.ts'

const WAITS = 8
const WAIT_MS = 300

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
  const parts = await partsOf(entryId, fundId)
  const purse = await campaignPurse({ fundId, slug })
  const stretches = purse.map((stretch) => ({ ...stretch, href: placeOf(slug, stretch.href) }))
  if (parts.length === 0) {
    return (
      <p>
        Your cents are getting their numbers. It takes a few seconds: <a href="?">look again</a>.
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

/**
 * The gift's cents in this fund. The next fold numbers them, a second or so after the gift, so a fresh receipt waits a
 * little: a page that reloads itself would throw readers of screen readers back to its top.
 */
async function partsOf(entryId: bigint, fundId: bigint) {
  for (let tries = 0; ; tries += 1) {
    const { parts } = await traceGift(db(), entryId)
    const own = parts.filter((part) => part.fundId === fundId)
    if (own.length > 0 || tries === WAITS) return own
    await sleep(WAIT_MS)
  }
}

/** The same place on the campaign's page; a general purse has no page of its own. */
function placeOf(slug: string, href: string | undefined): string | undefined {
  if (href === undefined || slug === '') return undefined
  return href.startsWith('#') ? `/campaigns/${slug}${href}` : href
}
