import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { resend } from './actions.ts'

/** The receipt goes to the address the donor gave, as it is now: after a refund, the corrected one. */
export function ReceiptPanel({ donationId }: { donationId: string }) {
  return (
    <Panel
      id="receipt"
      title="Receipt"
      intro="It goes to the address the donor gave with the gift, as it is now. At most three times an hour."
    >
      <ActionForm
        action={resend}
        submitLabel="Mail the receipt again"
        submitVariant="secondary"
        label="Mail the receipt again"
      >
        <HiddenField name="donationId" value={donationId} />
      </ActionForm>
    </Panel>
  )
}
