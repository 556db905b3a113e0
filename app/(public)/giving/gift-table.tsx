import { ActionForm } from '#components/ui/action-form.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import type { GivenGift } from '#lib/donations/read-giving.ts'
import { resendMine } from './actions.ts'

/** Gifts with their receipts. What went back stands in the same line. */
export function GiftTable({ gifts }: { gifts: GivenGift[] }) {
  const back = {
    key: 'back',
    header: 'Went back',
    align: 'figure' as const,
    cell: (gift: GivenGift) => <Back gift={gift} />,
  }
  return (
    <Table
      caption="Gifts that arrived, the newest first"
      captionHidden
      rows={gifts}
      rowKey={({ donationId }) => donationId}
      columns={[
        { key: 'for', header: 'For', cell: (gift) => <GiftName gift={gift} /> },
        {
          key: 'given',
          header: 'Given',
          align: 'figure',
          cell: ({ paidMinor, currency }) => <Money amountMinor={paidMinor} currency={currency} showCode />,
        },
        ...(gifts.some(({ returnedMinor }) => returnedMinor > 0n) ? [back] : []),
        { key: 'receipt', header: 'Receipt', nowrap: true, cell: (gift) => <ReceiptCell gift={gift} /> },
        { key: 'again', header: 'By mail', nowrap: true, cell: (gift) => <ResendForm gift={gift} /> },
      ]}
    />
  )
}

function GiftName({ gift: { campaignTitle, receiptToken, givenOn, chapterName, isMonthly } }: { gift: GivenGift }) {
  return (
    <>
      <a href={`/receipts/${receiptToken}`}>
        {campaignTitle}
        <span className="sr-only">, given on {givenOn}</span>
      </a>
      <span className="block text-ink-soft">
        {givenOn}, {isMonthly ? 'monthly, ' : ''}
        {chapterName}
      </span>
    </>
  )
}

function Back({ gift: { returnedMinor, currency } }: { gift: GivenGift }) {
  return returnedMinor > 0n ? <Money amountMinor={-returnedMinor} currency={currency} showCode /> : <span>–</span>
}

function ReceiptCell({ gift: { label, receiptToken, keptMinor, returnedMinor } }: { gift: GivenGift }) {
  if (label === null) return 'Being written'
  return (
    <>
      <a href={`/receipts/${receiptToken}/receipt.pdf`} download className="figures">
        {label}
        <span className="sr-only"> as PDF</span>
      </a>
      {returnedMinor > 0n ? <span className="block">{keptMinor === 0n ? 'void' : 'corrected'}</span> : null}
    </>
  )
}

function ResendForm({ gift: { donationId, label, campaignTitle, givenOn } }: { gift: GivenGift }) {
  if (label === null) return null
  return (
    <ActionForm
      action={resendMine}
      submitLabel="Send again"
      submitVariant="secondary"
      submitSize="small"
      label={`Send the receipt for ${campaignTitle} of ${givenOn} again`}
      className="flex flex-col gap-2"
    >
      <HiddenField name="donationId" value={donationId} />
    </ActionForm>
  )
}
