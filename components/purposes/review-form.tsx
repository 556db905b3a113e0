import { ActionForm } from '#components/ui/action-form.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'

const VERDICTS = [
  {
    value: 'allowed',
    label: 'It is for aid',
    hint: 'The request can be approved. A changed request is looked at again.',
  },
  { value: 'refused', label: 'It may serve a war', hint: 'The request cannot be approved. Its author may change it.' },
]

type Props = { action: FormAction; number: number; disbursementId: string; version: number }

/** Another person's word on the dual-use words of one version of a request. */
export function ReviewForm({ action, number, disbursementId, version }: Props) {
  return (
    <ActionForm
      action={action}
      submitLabel="Record the decision"
      submitVariant="secondary"
      label={`Words of disbursement ${number}`}
    >
      <HiddenField name="disbursementId" value={disbursementId} />
      <HiddenField name="version" value={String(version)} />
      <RadioGroupField name="verdict" label="What do you find?" options={VERDICTS} />
      <TextareaField
        name="reason"
        label="Why"
        hint="What it is used for, by whom, and how you know."
        rows={3}
        maxLength={1000}
      />
    </ActionForm>
  )
}
