import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { HoldNotices } from '#components/holds/hold-notices.tsx'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import type { GiftPurse } from '#lib/donations/find-gift-purse.ts'
import { receiptByToken } from '#lib/donations/read-receipt.ts'
import type { ReceiptView } from '#lib/donations/types.ts'
import { publicNotices } from '#lib/holds/list-notices.ts'
import { formatMoney } from '#lib/money/format.ts'
import { MonthlyNote } from './monthly-note.tsx'
import { ReceiptAmounts } from './receipt-amounts.tsx'
import { ReceiptFacts } from './receipt-facts.tsx'
import { ReceiptPurse } from './receipt-purse.tsx'

// The address is the key to this page: it goes to no other site and into no index.
export const metadata: Metadata = {
  title: 'Receipt',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
}

export default async function ReceiptPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const receipt = await receiptByToken(token)
  if (!receipt) notFound()
  if (receipt.status !== 'settled' || receipt.entryId === null || receipt.fundId === null)
    return <NotPaid receipt={receipt} />
  const isMistake = receipt.returns.some(({ kind }) => kind === 'correction')
  return (
    <Page {...headOf(receipt, isMistake)}>
      <Returned receipt={receipt} />
      <HoldNotices notices={await publicNotices({ fundId: receipt.fundId })} />
      {receipt.purse?.rerouted ? <Rerouted receipt={receipt} purse={receipt.purse} /> : null}
      {isMistake ? null : (
        <Panel
          id="cents"
          title="Where your cents are"
          intro="Every cent has a number and is sent in the order it came. This page changes as they travel: keep its address."
        >
          <ReceiptPurse
            entryId={receipt.entryId}
            fundId={receipt.fundId}
            currency={receipt.settledCurrency}
            campaign={receipt.purse?.campaign ?? null}
          />
        </Panel>
      )}
      <div className="grid gap-10 lg:grid-cols-2">
        <Panel id="amounts" title={isMistake ? 'What was entered' : 'What you gave'}>
          <ReceiptAmounts receipt={receipt} />
        </Panel>
        <Panel id="receipt" title={isVoid(receipt) ? 'Void receipt' : 'Receipt'}>
          <ReceiptFacts receipt={receipt} pdf={`/receipts/${token}/receipt.pdf`} />
        </Panel>
      </div>
      <MonthlyNote donationId={receipt.donationId} />
      <p className="flex flex-wrap items-center gap-4 print:hidden">
        <LinkButton href={`/campaigns/${receipt.campaignSlug}`} variant="secondary">
          To the campaign
        </LinkButton>
        <a href="/giving" className="inline-flex min-h-11 items-center">
          Everything you gave, on one page
        </a>
      </p>
    </Page>
  )
}

/** Nobody is thanked for what is no gift: a void receipt says so before anything else. */
function headOf(receipt: ReceiptView, isMistake: boolean): { title: string; lead: string } {
  const { currency, totalMinor, campaignTitle } = receipt
  const gift = `${formatMoney(totalMinor, currency)} for ${campaignTitle}`
  if (!isVoid(receipt)) return { title: 'Thank you', lead: `Your ${gift} has arrived and is in the books.` }
  const title = 'This receipt is void'
  if (isMistake) return { title, lead: `${gift} was entered by mistake and is no longer in the books.` }
  return { title, lead: `Your ${gift} arrived, and the whole of it went back to you.` }
}

function isVoid({ returnedMinor, totalMinor }: ReceiptView): boolean {
  return returnedMinor === totalMinor
}

/** What went back is the first thing to know of a receipt. */
function Returned({ receipt: { returns, returnedMinor, totalMinor, currency } }: { receipt: ReceiptView }) {
  if (returns.length === 0 && returnedMinor === 0n) return null
  const isCurrent = returnedMinor > 0n
  if (isCurrent && returns.some(({ kind }) => kind === 'correction')) {
    return (
      <Alert kind="attention" title="Void: this gift was entered by mistake">
        It was taken out of the books again. This page is no receipt for tax.
      </Alert>
    )
  }
  if (isCurrent && returnedMinor === totalMinor) {
    return (
      <Alert kind="attention" title="Void: the whole gift went back to you">
        {formatMoney(returnedMinor, currency)} left our books again. This page is no receipt for tax.
      </Alert>
    )
  }
  return (
    <Alert
      kind="attention"
      title={
        isCurrent
          ? `Corrected: ${formatMoney(returnedMinor, currency)} of this gift went back to you`
          : 'Part of this gift went back to you'
      }
    >
      {isCurrent
        ? 'Use only this receipt for tax; it replaces the earlier one.'
        : 'The corrected receipt is being written. Look again in a minute.'}
    </Alert>
  )
}

function Rerouted({ receipt: { campaignTitle }, purse }: { receipt: ReceiptView; purse: GiftPurse }) {
  return (
    <Alert kind="note" title={`${campaignTitle} ended before your payment arrived`}>
      As that campaign said it would, your gift went to {purse.name}.
    </Alert>
  )
}

function NotPaid({ receipt }: { receipt: ReceiptView }) {
  const lead =
    receipt.status === 'started'
      ? 'The payment has not arrived yet. If you have paid, look again in a minute.'
      : 'This payment did not go through. No money was taken, and no gift was counted.'
  return (
    <Page measure="text" title="No receipt yet" lead={lead}>
      <p>
        <LinkButton href={`/campaigns/${receipt.campaignSlug}/donate`}>Give to {receipt.campaignTitle}</LinkButton>
      </p>
    </Page>
  )
}
