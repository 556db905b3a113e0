import { ActionForm } from '#components/ui/action-form.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { MoneyField } from '#components/ui/money-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { now } from '#lib/clock.ts'
import type { PurseBank } from '#lib/donations/find-purse.ts'
import type { ExchangeForm } from '#lib/donations/list-exchanges.ts'
import { newToken } from '#lib/ids.ts'
import { formatMoney } from '#lib/money/format.ts'
import { record } from '../actions.ts'

/** Both amounts are copied from the bank's statements; the rate is what they come to. */
export function ExchangeFields({ form: { purse, fromBanks, toBanks } }: { form: ExchangeForm }) {
  const { fundId, currency, neededCurrency } = purse
  const today = now().toISOString().slice(0, 10)
  return (
    <ActionForm action={record} submitLabel="Record this exchange" label="Record an exchange">
      <HiddenField name="fundId" value={String(fundId)} />
      <HiddenField name="submissionKey" value={newToken()} />
      <BankField name="fromBank" label="Out of the account" banks={fromBanks} currency={currency} />
      <MoneyField
        name="left"
        label="What left the bank"
        hint="As the statement says, without the fee if that is a line of its own."
        currency={currency}
      />
      <MoneyField
        name="fee"
        label="The bank’s fee"
        hint={`If it was taken beside it, in ${currency}.`}
        currency={currency}
        optional
      />
      <BankField name="toBank" label="Into the account" banks={toBanks} currency={neededCurrency} />
      <MoneyField
        name="arrived"
        label="What arrived"
        hint="As the statement says. The rate is what both amounts come to."
        currency={neededCurrency}
      />
      <DateField name="exchangedOn" label="Day of the exchange" defaultValue={today} max={today} />
      <TextField
        name="rateSource"
        label="Where both amounts stand"
        hint="The statements and their lines, or the bank’s advice of exchange."
        maxLength={140}
        autoComplete="off"
      />
    </ActionForm>
  )
}

type BankFieldProps = { name: string; label: string; banks: readonly PurseBank[]; currency: string }

/** With one account there is nothing to choose. */
function BankField({ name, label, banks, currency }: BankFieldProps) {
  const [only] = banks
  if (banks.length === 1 && only) return <HiddenField name={name} value={only.externalId} />
  const fullest = banks.reduce((best, one) => (best && best.balanceMinor >= one.balanceMinor ? best : one), only)
  return (
    <SelectField
      name={name}
      label={label}
      defaultValue={fullest?.externalId ?? 'main'}
      options={banks.map((bank) => ({
        value: bank.externalId,
        label: `${bank.name}, ${formatMoney(bank.balanceMinor, currency)} of this fund`,
      }))}
    />
  )
}
