import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { HoldView } from '#lib/holds/types.ts'
import { cancel, close, confirm, declare } from './actions.ts'

function Version({ hold }: { hold: HoldView }) {
  return <HiddenField name="version" value={String(hold.version)} />
}

/** The first of two: a treasurer says that the vetting will not be renewed. */
export function DeclareForm({ hold }: { hold: HoldView }) {
  return (
    <Panel
      id="declare"
      title="The vetting has failed for good"
      intro="Only when nobody will renew it. A second person confirms; then givers choose what happens to the unspent part of their gifts."
    >
      <ActionForm
        action={declare.bind(null, hold.id)}
        submitLabel="Declare the failure"
        submitVariant="secondary"
        label="Declare the failure"
      >
        <Version hold={hold} />
        <TextareaField name="reason" label="Why" hint="For the chapter’s own record; never public." rows={3} />
      </ActionForm>
    </Panel>
  )
}

/** The second of two. */
export function ConfirmForm({ hold }: { hold: HoldView }) {
  return (
    <ActionForm
      action={confirm.bind(null, hold.id)}
      label="Confirm the failure"
      className="flex max-w-80 flex-col gap-2"
    >
      <Version hold={hold} />
      <SubmitButton>Confirm the failure</SubmitButton>
    </ActionForm>
  )
}

export function CancelUnsentForm({ hold }: { hold: HoldView }) {
  return (
    <ActionForm action={cancel.bind(null, hold.id)} label="Cancel what waits" className="flex max-w-80 flex-col gap-2">
      <SubmitButton>Cancel what waits</SubmitButton>
    </ActionForm>
  )
}

export function CloseForm({ hold }: { hold: HoldView }) {
  return (
    <Panel
      id="close"
      title="End this hold"
      intro="When every refund is settled. What is left then follows the campaign’s surplus rule."
    >
      <ActionForm
        action={close.bind(null, hold.id)}
        submitLabel="End the hold"
        submitVariant="secondary"
        label="End the hold"
      >
        <Version hold={hold} />
        <TextareaField name="reason" label="Why it can end" rows={2} />
      </ActionForm>
    </Panel>
  )
}
