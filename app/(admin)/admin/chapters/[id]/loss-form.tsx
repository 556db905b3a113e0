import { ActionForm } from '#components/ui/action-form.tsx'
import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import type { LossPolicy } from '#lib/donations/set-loss-policy.ts'
import { saveLossPolicy } from './loss-actions.ts'

/** Which purse bears what is lost with refunds and disputes. */
export function LossForm({ chapterId, policy }: { chapterId: string; policy: LossPolicy }) {
  return (
    <ActionForm
      action={saveLossPolicy}
      submitLabel="Save who bears losses"
      submitVariant="secondary"
      label="Who bears losses"
    >
      <HiddenField name="chapterId" value={chapterId} />
      <RadioGroupField
        name="lostFeeBearer"
        label="A card fee that Stripe keeps when a gift goes back is borne by"
        defaultValue={policy.lostFeeBearer}
        options={[
          { value: 'general_fund', label: 'the chapter’s general fund first' },
          { value: 'gift_fund', label: 'the fund of the gift first' },
        ]}
      />
      <CheckboxField
        name="bearsStripeFees"
        label="The general fund of this chapter pays what Stripe charges the account itself; no other chapter of its currency does then."
        defaultChecked={policy.bearsStripeFees}
      />
    </ActionForm>
  )
}
