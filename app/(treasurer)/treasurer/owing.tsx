import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import type { DeskFund } from '#lib/disbursements/types.ts'
import { payFund } from './actions.ts'

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
