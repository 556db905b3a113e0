import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AmountLines } from '#components/donations/amount-lines.tsx'
import { Page } from '#components/shell/page.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { LinkButton } from '#components/ui/link-button.tsx'
import { receiptByToken } from '#lib/donations/queries.ts'
import type { ReceiptView } from '#lib/donations/types.ts'
import { deductibilitySentence } from '#lib/email/deductibility-sentence.ts'
import { formatMoney } from '#lib/money/format.ts'
import { ReceiptPurse } from './receipt-purse.tsx'

// The address is the key to this page: it goes to no other site and into no index.
export const metadata: Metadata = {
  title: 'Receipt',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
}

export default async function ReceiptPage({ params }: { params: Promise<{ token: string }> }) {
  const receipt = await receiptByToken((await params).token)
  if (!receipt) notFound()
  if (receipt.status !== 'settled' || receipt.entryId === null || receipt.fundId === null)
    return <NotPaid receipt={receipt} />
  const { currency, totalMinor, campaignTitle, campaignSlug } = receipt
  return (
    <Page
      title="Thank you"
      lead={`Your ${formatMoney(totalMinor, currency)} for ${campaignTitle} has arrived and is in the books.`}
    >
      {receipt.rerouted ? <Rerouted receipt={receipt} /> : null}
      <Panel
        id="cents"
        title="Where your cents are"
        intro="Every cent has a number and is sent in the order it came. This page changes as they travel: keep its address."
      >
        <ReceiptPurse
          entryId={receipt.entryId}
          fundId={receipt.fundId}
          currency={currency}
          campaign={receipt.fundCampaign}
        />
      </Panel>
      <div className="grid gap-10 lg:grid-cols-2">
        <Panel id="amounts" title="What you gave">
          <Amounts receipt={receipt} />
        </Panel>
        <Panel id="receipt" title="Receipt">
          <Facts receipt={receipt} />
        </Panel>
      </div>
      <p className="flex flex-wrap gap-4 print:hidden">
        <LinkButton href={`/campaigns/${campaignSlug}`} variant="secondary">
          To the campaign
        </LinkButton>
      </p>
    </Page>
  )
}

function Amounts({ receipt }: { receipt: ReceiptView }) {
  const { currency, giftMinor, coverMinor, tipMinor, totalMinor, feeMinor, netMinor, fundNetMinor, tipNetMinor } =
    receipt
  const purses =
    fundNetMinor !== null && tipNetMinor !== null && tipNetMinor > 0n
      ? [
          { label: 'in the purse of your gift', amountMinor: fundNetMinor },
          { label: `in ${receipt.chapterName}’s general purse`, amountMinor: tipNetMinor },
        ]
      : []
  const lines = [
    { label: 'Gift', amountMinor: giftMinor },
    { label: 'Card fee, covered by you', amountMinor: coverMinor },
    { label: `Tip for ${receipt.chapterName}`, amountMinor: tipMinor },
  ]
  return (
    <AmountLines
      caption="What you gave and what arrived"
      currency={currency}
      lines={lines.filter(({ amountMinor }) => amountMinor > 0n)}
      total={{ label: 'You paid', amountMinor: totalMinor }}
      after={[
        { label: 'Card fee, kept by Stripe', amountMinor: -(feeMinor ?? 0n) },
        { label: 'Arrived', amountMinor: netMinor ?? 0n, isResult: true },
        ...purses,
      ]}
    />
  )
}

function Facts({ receipt }: { receipt: ReceiptView }) {
  const { settledAt, entryId, fundCampaign, chapterName, chapterLegalName } = receipt
  return (
    <div className="flex flex-col gap-4">
      <DefinitionList
        items={[
          { term: 'Received by', detail: chapterLegalName },
          { term: 'On', detail: settledAt ? <DateTime at={settledAt} /> : '' },
          { term: 'For', detail: receipt.campaignTitle },
          {
            term: 'Paid into',
            detail: fundCampaign ? `The purse of ${fundCampaign.title}` : `The general purse of ${chapterName}`,
          },
          { term: 'Entry in the books', detail: <span className="figures">No. {String(entryId)}</span> },
        ]}
      />
      <p className="max-w-prose">{deductibilitySentence(receipt.deductibility, chapterLegalName)}</p>
    </div>
  )
}

function Rerouted({ receipt: { fundCampaign, chapterName, campaignTitle } }: { receipt: ReceiptView }) {
  const where = fundCampaign ? `the purse of ${fundCampaign.title}` : `the general purse of ${chapterName}`
  return (
    <Alert kind="note" title={`${campaignTitle} ended before your payment arrived`}>
      As that campaign said it would, your gift went to {where}.
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
