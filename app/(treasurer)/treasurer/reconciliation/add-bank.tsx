import { ActionForm } from '#components/ui/action-form.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { addBank } from './actions.ts'

type Props = { chapters: readonly { id: string; name: string }[]; currencies: readonly string[]; open: boolean }

/** Makes a bank account known. */
export function AddBank({ chapters, currencies, open }: Props) {
  return (
    <details open={open} className="border-t border-rule">
      <summary className="min-h-11 cursor-pointer py-2 font-semibold text-green">Add a bank account</summary>
      <div className="py-4">
        <ActionForm
          action={addBank}
          submitLabel="Add this account"
          submitVariant="secondary"
          label="Add a bank account"
        >
          <SelectField
            name="chapterId"
            label="Chapter"
            hint="Its treasurers work with the account."
            options={chapters.map(({ id, name }) => ({ value: id, label: name }))}
            defaultValue={chapters[0]?.id ?? ''}
          />
          <TextField
            name="name"
            label="Name"
            hint="As the treasurers call it: “Current account, Credit Union”."
            maxLength={100}
          />
          <SelectField
            name="currency"
            label="Currency"
            options={currencies.map((code) => ({ value: code, label: code }))}
            defaultValue={currencies[0] ?? ''}
          />
          <TextField
            name="number"
            label="IBAN or account number"
            hint="To know the account’s statements by. Only its end is kept and shown."
            width="short"
            spellCheck={false}
            autoComplete="off"
          />
          <RadioGroupField
            name="use"
            label="What it is for"
            options={[
              { value: 'main', label: 'Stripe pays out to it', hint: 'One account of each currency.' },
              { value: 'other', label: 'Another account' },
            ]}
            defaultValue="main"
          />
        </ActionForm>
      </div>
    </details>
  )
}
