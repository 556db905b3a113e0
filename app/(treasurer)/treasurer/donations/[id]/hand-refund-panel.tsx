import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { now } from '#lib/clock.ts'
import type { GiftView, RefundView } from '#lib/donations/find-gift.ts'
import { newToken } from '#lib/ids.ts'
import { formatMoney, toDecimalString } from '#lib/money/format.ts'
import { cameBack, giveBack } from './actions.ts'

/** A gift that came without Stripe goes back without it: the treasurer pays, then writes it down here. */
export function HandRefundPanel({ gift }: { gift: GiftView }) {
  if (gift.byHand === null) return null
  const { leftMinor, isInBank } = gift.byHand
  if (leftMinor === 0n) {
    return (
      <Panel id="refund" title="Give it back">
        <p>Nothing of this gift is left to give back.</p>
      </Panel>
    )
  }
  const today = now().toISOString().slice(0, 10)
  const source = isInBank
    ? 'from the bank account it was deposited in; its line on the next statement is matched to this'
    : 'out of the cash box, since no bank line is matched to it; that much less is deposited later'
  return (
    <Panel
      id="refund"
      title="Give it back"
      look="sheet"
      intro={`${formatMoney(leftMinor, gift.currency)} of this gift can still be given back, ${source}. Pay it first, then write it down. A donor who left an address gets the corrected receipt.`}
    >
      <ActionForm action={giveBack} submitLabel="It was given back" label="Give it back">
        <HiddenField name="donationId" value={gift.id} />
        <HiddenField name="submissionKey" value={newToken()} />
        <TextField
          name="amount"
          label={`How much, in ${gift.currency}`}
          defaultValue={toDecimalString(leftMinor, gift.currency)}
          inputMode="decimal"
          autoComplete="off"
          width="short"
        />
        <DateField name="paidOn" label="Given back on" defaultValue={today} max={today} />
        <TextField
          name="reference"
          label="Reference"
          hint="What the transfer says, or the number of the cheque. The bank’s line is found by it."
          maxLength={140}
          optional
        />
        <TextareaField
          name="reason"
          label="Why"
          hint="The chapter’s people read it beside the refund."
          rows={2}
          maxLength={500}
        />
      </ActionForm>
    </Panel>
  )
}

/** For a transfer that came back, and for what was never paid. */
export function CameBack({ refund, donationId }: { refund: RefundView; donationId: string }) {
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 text-sm text-ink-soft">
        Came back, or written down by mistake?
      </summary>
      <div className="max-w-form py-2">
        <ActionForm
          action={cameBack.bind(null, donationId)}
          submitLabel="Put it back into the fund"
          submitVariant="secondary"
          submitSize="small"
          label="Put this refund back into the fund"
        >
          <HiddenField name="refundId" value={refund.id} />
          <TextField name="reason" label="Why" hint="The entry stays and gets its mirror." maxLength={500} />
        </ActionForm>
      </div>
    </details>
  )
}
