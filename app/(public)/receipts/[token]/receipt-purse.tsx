import { setTimeout as sleep } from 'node:timers/promises'
import { CentsList } from '#components/donations/cents-list.tsx'
import { describeCents } from '#components/donations/describe-cents.ts'
import { PurseLine } from '#components/purse/purse-line.tsx'
import { db } from '#lib/db/client.ts'
import { findExchanged } from '#lib/donations/find-exchanged.ts'
import { type GiftTrace, traceGift } from '#lib/ledger/trace-gift.ts'
import { formatMoney } from '#lib/money/format.ts'
import { campaignPurse } from '#lib/reports/build-purse.ts'

const WAITS = 8
const WAIT_MS = 300

type Parts = GiftTrace['parts']

type Props = {
  entryId: bigint
  fundId: bigint
  currency: string
  /** Whose purse it is; null for the chapter's general purse. */
  campaign: { title: string; slug: string } | null
}

/** The purse line of the fund with the donor's cents marked on it, and what became of each. */
export async function ReceiptPurse({ entryId, fundId, currency, campaign }: Props) {
  const parts = await partsOf(entryId, fundId)
  const own = parts.filter((part) => part.fundId === fundId)
  if (own.length === 0) {
    return (
      <p>
        Your cents are getting their numbers. It takes a few seconds: <a href="?">look again</a>.
      </p>
    )
  }
  const gone = own.filter(({ kind }) => kind === 'exchange')
  const into = await findExchanged(
    fundId,
    gone.flatMap((part) => (part.entryId === null ? [] : [part.entryId])),
  )
  if (into === null) return <Purse parts={own} whole={own} {...{ fundId, currency, campaign }} />
  const rest = own.filter((part) => !gone.includes(part))
  const arrived = parts.filter((part) => part.fundId === into.fundId)
  return (
    <div className="flex flex-col gap-8">
      <p className="max-w-prose">
        {formatMoney(sumOf(gone), currency)} of your gift was exchanged and came to{' '}
        <strong className="figures">{formatMoney(sumOf(arrived), into.currency)}</strong>, because payments are sent in{' '}
        {into.currency}. Your cents went on there:
      </p>
      <Purse parts={arrived} whole={arrived} fundId={into.fundId} currency={into.currency} campaign={campaign} />
      {rest.length === 0 ? null : (
        <>
          <p>And of what came in {currency}:</p>
          <Purse parts={rest} whole={own} {...{ fundId, currency, campaign }} />
        </>
      )}
    </div>
  )
}

type PurseProps = Omit<Props, 'entryId'> & {
  /** What the list says something about; `whole` is what the line marks. */
  parts: Parts
  whole: Parts
}

async function Purse({ parts, whole, fundId, currency, campaign }: PurseProps) {
  const slug = campaign?.slug ?? ''
  const purse = await campaignPurse({ fundId, slug })
  const stretches = purse.map((stretch) => ({ ...stretch, href: placeOf(slug, stretch.href) }))
  return (
    <div className="flex flex-col gap-6">
      <CentsList rows={describeCents(parts, stretches)} currency={currency} />
      <PurseLine
        segments={stretches}
        yourCents={whole}
        currency={currency}
        name={campaign ? `${campaign.title}: where the money is` : 'The general purse: where the money is'}
      />
    </div>
  )
}

function sumOf(parts: Parts): bigint {
  return parts.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
}

/**
 * The gift's cents, followed into the currency they were exchanged into. The next fold numbers them, a second or so after
 * the gift, so a fresh receipt waits a little: a page that reloads itself would throw readers of screen readers back to its top.
 */
async function partsOf(entryId: bigint, fundId: bigint): Promise<Parts> {
  for (let tries = 0; ; tries += 1) {
    const { parts } = await traceGift(db(), entryId)
    if (parts.some((part) => part.fundId === fundId) || tries === WAITS) return parts
    await sleep(WAIT_MS)
  }
}

/** The same place on the campaign's page; a general purse has no page of its own. */
function placeOf(slug: string, href: string | undefined): string | undefined {
  if (href === undefined || slug === '') return undefined
  return href.startsWith('#') ? `/campaigns/${slug}${href}` : href
}
