import { ActionForm } from '#components/ui/action-form.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { MoneyField } from '#components/ui/money-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { now } from '#lib/clock.ts'
import type { PurseBank } from '#lib/donations/find-purse.ts'
import type { Debt } from '#lib/donations/pay-debt.ts'
import { newToken } from '#lib/ids.ts'
import { formatMoney } from '#lib/money/format.ts'
import { exchangeOwed } from './actions.ts'

type DebtExchangeProps = { debt: Debt; abroad: NonNullable<Debt['abroad']> }

/** The chapter keeps another currency than it owes: what its bank changed for it, as the statements say. */
export function DebtExchange({ debt, abroad }: DebtExchangeProps) {
  const { fundId, currency, campaignTitle } = debt
  const today = now().toISOString().slice(0, 10)
  return (
    <details className="mt-2">
      <summary className="min-h-8">
        Let the bank change {abroad.currency} of the general fund into {currency}, and record it
      </summary>
      <ActionForm
        action={exchangeOwed}
        submitLabel="Record this exchange"
        submitVariant="secondary"
        label={`Record an exchange for ${campaignTitle ?? 'the general fund'} in ${currency}`}
        className="mt-2 flex max-w-form flex-col gap-4"
      >
        <HiddenField name="fundId" value={String(fundId)} />
        <HiddenField name="submissionKey" value={newToken()} />
        <BankField name="fromBank" label="Out of the account" banks={abroad.fromBanks} currency={abroad.currency} />
        <MoneyField name="left" label="What left the bank" currency={abroad.currency} />
        <MoneyField
          name="fee"
          label="The bank’s fee"
          hint="If it was taken beside it."
          currency={abroad.currency}
          optional
        />
        <BankField name="toBank" label="Into the account" banks={abroad.toBanks} currency={currency} />
        <MoneyField name="arrived" label="What arrived" currency={currency} />
        <DateField name="exchangedOn" label="Day of the exchange" defaultValue={today} max={today} />
        <TextField
          name="rateSource"
          label="Where both amounts stand"
          hint="The statements and their lines, or the bank’s advice of exchange."
          maxLength={140}
          autoComplete="off"
        />
      </ActionForm>
    </details>
  )
}

type BankFieldProps = { name: string; label: string; banks: readonly PurseBank[]; currency: string }

/** With one account there is nothing to choose. */
function BankField({ name, label, banks, currency }: BankFieldProps) {
  const [only] = banks
  if (banks.length === 1 && only) return <HiddenField name={name} value={only.externalId} />
  return (
    <SelectField
      name={name}
      label={label}
      defaultValue={only?.externalId ?? 'main'}
      options={banks.map(({ externalId, name: account, balanceMinor }) => ({
        value: externalId,
        label: `${account}, ${formatMoney(balanceMinor, currency)} of the chapter’s own`,
      }))}
    />
  )
}
