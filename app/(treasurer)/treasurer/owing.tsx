import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import type { DeskFund } from '#lib/disbursements/types.ts'
import { payFund, returnToChapter } from './actions.ts'

/** Funds from which nothing may leave, because money that was spent went back to its donors, and how the chapter pays. */
export function Owing({ funds, mayPay }: { funds: readonly DeskFund[]; mayPay: boolean }) {
  if (funds.length === 0) return null
  return (
    <Alert kind="attention" title="Nothing leaves these funds until the chapter has paid what it owes them">
      <ul className="mt-2 flex flex-col gap-3">
        {funds.map((fund) => (
          <li key={String(fund.fundId)}>
            {fund.campaignTitle ?? 'General fund'}, {fund.chapterName}:{' '}
            <Money amountMinor={fund.receivableMinor} currency={fund.currency} showCode />
            {mayPay ? <PayFund fund={fund} /> : null}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

/** Funds that hold what the chapter paid for a loss which was undone since: it is the chapter's, and waits to go back. */
export function Returning({ funds, mayPay }: { funds: readonly DeskFund[]; mayPay: boolean }) {
  if (funds.length === 0) return null
  return (
    <Alert kind="note" title="These funds hold money of the chapter">
      <p>
        The chapter paid for a loss that was undone since, such as a dispute that was won. The fund cannot spend it.
      </p>
      <ul className="mt-2 flex flex-col gap-3">
        {funds.map((fund) => (
          <li key={String(fund.fundId)}>
            {fund.campaignTitle ?? 'General fund'}, {fund.chapterName}:{' '}
            <Money amountMinor={-fund.receivableMinor} currency={fund.currency} showCode />
            {mayPay ? (
              <ActionForm
                action={returnToChapter}
                submitLabel="Give it back to the general fund"
                submitVariant="secondary"
                submitSize="small"
                label={`Give back what ${fund.campaignTitle ?? 'the general fund'} owes`}
                className="mt-1 flex flex-col gap-2"
              >
                <HiddenField name="fundId" value={String(fund.fundId)} />
              </ActionForm>
            ) : null}
          </li>
        ))}
      </ul>
    </Alert>
  )
}

function PayFund({ fund }: { fund: DeskFund }) {
  const name = fund.campaignTitle ?? 'the general fund'
  return (
    <ActionForm
      action={payFund}
      submitLabel={fund.campaignId === null ? 'Let the general fund bear it' : 'Pay it from the general fund'}
      submitVariant="secondary"
      submitSize="small"
      label={`Pay what is owed to ${name}`}
      className="mt-1 flex flex-col gap-2"
    >
      <HiddenField name="fundId" value={String(fund.fundId)} />
    </ActionForm>
  )
}
