import type { Metadata } from 'next'
import { TreasurerDesk } from '#components/disbursements/treasurer-desk.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { now } from '#lib/clock.ts'
import { listOfflineTargets } from '#lib/donations/list-offline-gifts.ts'
import { newToken } from '#lib/ids.ts'
import { bookPerson } from '../../reconciliation/book-person.ts'
import { record } from '../actions.ts'

export const metadata: Metadata = { title: 'Enter an offline gift' }

const DESK = '/treasurer/offline-gifts'
const METHODS = [
  { value: 'cash', label: 'Cash' },
  { value: 'cheque', label: 'Cheque' },
  { value: 'bank_transfer', label: 'Bank transfer' },
]

export default async function NewOfflineGiftPage() {
  const actor = await bookPerson(`${DESK}/new`)
  const targets = await listOfflineTargets(actor)
  const today = now().toISOString().slice(0, 10)
  return (
    <TreasurerDesk title="Enter an offline gift" current={DESK} crumbs={[{ label: 'Offline gifts', href: DESK }]}>
      {targets.length === 0 ? (
        <EmptyState title="No campaign to enter a gift for">
          Treasurers enter gifts for the campaigns of their chapter.
        </EmptyState>
      ) : (
        <ActionForm action={record} submitLabel="Enter this gift" label="Enter an offline gift">
          <HiddenField name="submissionKey" value={newToken()} />
          <SelectField
            name="campaignId"
            label="Campaign"
            placeholder="Choose the campaign"
            options={targets.map(({ id, title, chapterName, currency }) => ({
              value: id,
              label: `${title}, ${chapterName} (${currency})`,
            }))}
          />
          <TextField
            name="amount"
            label="Amount"
            hint="In the campaign’s currency, like 25.00."
            inputMode="decimal"
            autoComplete="off"
            width="short"
          />
          <RadioGroupField name="method" label="How it came" options={METHODS} />
          <DateField name="receivedOn" label="Received on" defaultValue={today} max={today} />
          <TextField
            name="reference"
            label="Reference"
            hint="The cheque’s number, or what the transfer says."
            optional
            maxLength={140}
          />
          <TextField name="name" label="Who gave" optional maxLength={100} autoComplete="off" />
          <TextField
            name="email"
            type="email"
            label="E-mail address"
            hint="With one, the receipt is mailed at once."
            optional
            autoComplete="off"
          />
          <CheckboxField
            name="showName"
            label="Show the name in the campaign’s public list"
            hint="Only if the giver agreed to it."
          />
        </ActionForm>
      )}
    </TreasurerDesk>
  )
}
