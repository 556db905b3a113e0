import { FilterInput } from '#components/reports/filter-form.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Button } from '#components/ui/button.tsx'
import { Panel } from '#components/ui/card.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { GiftView } from '#lib/donations/find-gift.ts'
import type { RefundPreview } from '#lib/donations/preview-refund.ts'
import type { FieldErrors } from '#lib/errors.ts'
import { formatMoney, toDecimalString } from '#lib/money/format.ts'
import { refund } from './actions.ts'
import { Bearers } from './bearers.tsx'

export type RefundPanelProps = {
  gift: GiftView
  /** The amount as it stands in the address, what it would do, and what is wrong with it. */
  typed: string | undefined
  preview: RefundPreview | null
  fieldErrors: FieldErrors
  submissionKey: string
}

/** Two steps: write an amount and read who would bear it; then say why, and give it back. */
export function RefundPanel({ gift, typed, preview, fieldErrors, submissionKey }: RefundPanelProps) {
  const left = formatMoney(gift.refundableMinor, gift.currency)
  if (gift.refundableMinor === 0n) return <NothingLeft gift={gift} />
  const state = {
    typed: typed === undefined ? {} : { refund: typed },
    fieldErrors: { refund: fieldErrors['amount'] ?? [] },
  }
  if ((fieldErrors['amount'] ?? []).length === 0) state.fieldErrors = {} as typeof state.fieldErrors
  return (
    <Panel
      id="refund"
      title="Give it back"
      look="sheet"
      intro={`${left} of this gift can still be refunded, to the card it came from.`}
    >
      <form action="#refund" method="get" aria-label="See who would bear it" className="flex max-w-form flex-col gap-4">
        <FilterInput
          type="search"
          name="refund"
          label={`How much, in ${gift.currency}`}
          defaultValue={toDecimalString(gift.refundableMinor, gift.currency)}
          maxLength={40}
          state={state}
        />
        <div>
          <Button type="submit" variant="secondary">
            See who would bear it
          </Button>
        </div>
      </form>
      {preview === null || typed === undefined ? null : (
        <div className="mt-6 flex flex-col gap-4 border-t border-rule pt-4">
          <h3>{formatMoney(preview.amountMinor, preview.currency)} back to the donor: who bears it</h3>
          <Bearers bearers={preview.bearers} currency={preview.fundCurrency} />
          {preview.bearers.receivableMinor > 0n ? (
            <Alert kind="attention" title="The chapter would owe this fund money">
              <p>
                Part of the gift is already spent, and neither this fund nor the general fund has enough. Nothing leaves
                the fund until the chapter has paid.
              </p>
            </Alert>
          ) : null}
          <ActionForm
            action={refund}
            submitLabel={`Give back ${formatMoney(preview.amountMinor, preview.currency)}`}
            label="Give it back"
          >
            <HiddenField name="donationId" value={gift.id} />
            <HiddenField name="amount" value={typed} />
            <HiddenField name="submissionKey" value={submissionKey} />
            <TextareaField
              name="reason"
              label="Why"
              hint="The chapter’s people read it beside the refund."
              rows={2}
              maxLength={500}
            />
          </ActionForm>
        </div>
      )}
    </Panel>
  )
}

function NothingLeft({ gift }: { gift: GiftView }) {
  const isDisputed = gift.disputes.some((dispute) => dispute.stage === 'open' || dispute.stage === 'lost')
  const reason =
    gift.status !== 'settled'
      ? 'Nothing was paid, so there is nothing to refund.'
      : isDisputed
        ? 'The donor’s bank has taken the rest back; a refund would pay it twice.'
        : 'Everything of this gift was given back.'
  return (
    <Panel id="refund" title="Give it back">
      <p>{reason}</p>
    </Panel>
  )
}
