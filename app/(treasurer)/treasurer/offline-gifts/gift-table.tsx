import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { Table } from '#components/ui/table.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import type { OfflineGiftRow, OfflineMethod } from '#lib/donations/list-offline-gifts.ts'
import { takeBack } from './actions.ts'

const METHOD_LABEL: Record<OfflineMethod, string> = { cash: 'Cash', cheque: 'Cheque', bank_transfer: 'Transfer' }
const STATE: Record<OfflineGiftRow['state'], { tone: Tone; label: string }> = {
  undeposited: { tone: 'waiting', label: 'Waits for the bank' },
  deposited: { tone: 'done', label: 'In the bank' },
  corrected: { tone: 'stopped', label: 'Taken back' },
  returned: { tone: 'stopped', label: 'Given back' },
}

/** Gifts without Stripe, with the way to take one back that was entered by mistake. */
export function GiftTable({ gifts, canTakeBack }: { gifts: readonly OfflineGiftRow[]; canTakeBack: boolean }) {
  return (
    <Table
      caption={`Offline gifts: ${gifts.length}`}
      captionHidden
      rows={gifts}
      rowKey={({ id }) => id}
      empty={
        <EmptyState title="No offline gifts yet">
          Enter what was put into the box, sent as a cheque or transferred.
        </EmptyState>
      }
      columns={[
        { key: 'what', header: 'Gift', cell: (gift) => <What gift={gift} /> },
        {
          ...{ key: 'amount', header: 'Amount', align: 'figure', nowrap: true },
          cell: ({ amountMinor, refundedMinor, currency }) => (
            <>
              <Money amountMinor={amountMinor} currency={currency} showCode />
              {refundedMinor > 0n ? (
                <span className="block text-sm text-ink-soft">
                  <Money amountMinor={-refundedMinor} currency={currency} showCode /> given back
                </span>
              ) : null}
            </>
          ),
        },
        {
          key: 'on',
          header: 'Received',
          nowrap: true,
          cell: ({ receivedOn }) => <DateTime at={receivedOn} show="short" />,
        },
        {
          ...{ key: 'state', header: 'State', nowrap: true },
          cell: ({ state }) => <Badge tone={STATE[state].tone}>{STATE[state].label}</Badge>,
        },
        {
          ...{ key: 'receipt', header: 'Receipt', nowrap: true },
          cell: ({ receiptToken, hasEmail }) => (
            <a href={`/receipts/${receiptToken}`}>{hasEmail ? 'Mailed' : 'To print'}</a>
          ),
        },
      ]}
      detail={(gift) =>
        canTakeBack && gift.state === 'undeposited' && gift.refundedMinor === 0n ? (
          <TakeBack gift={gift} number={gifts.indexOf(gift) + 1} />
        ) : null
      }
    />
  )
}

function What({ gift }: { gift: OfflineGiftRow }) {
  return (
    <>
      <a href={`/treasurer/donations/${gift.id}`} className="inline-block min-h-6 py-1">
        {METHOD_LABEL[gift.method]}
        {gift.donorName ? ` from ${gift.donorName}` : ''}
        {gift.reference ? `, ${gift.reference}` : ''}
      </a>
      <span className="block text-sm font-normal text-ink-soft">
        for <a href={`/campaigns/${gift.campaignSlug}`}>{gift.campaignTitle}</a>
      </span>
    </>
  )
}

function TakeBack({ gift, number }: { gift: OfflineGiftRow; number: number }) {
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 text-sm text-ink-soft">Entered by mistake?</summary>
      <div className="max-w-form py-2">
        <ActionForm
          action={takeBack}
          submitLabel="Take this gift back"
          submitVariant="secondary"
          submitSize="small"
          label={`Take back gift ${number}`}
        >
          <HiddenField name="donationId" value={gift.id} />
          <TextField
            name="reason"
            label="Why"
            hint="The entry stays and gets its mirror. Then enter the gift as it was."
            maxLength={500}
          />
        </ActionForm>
      </div>
    </details>
  )
}
