import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { Money } from '#components/ui/money.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { HoldView } from '#lib/holds/types.ts'
import { cancel, close, confirm, declare, settle } from './actions.ts'

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

/** Each refund that no card took, with a note on how it was given back. */
export function OpenRefunds({ hold, maySettle }: { hold: HoldView; maySettle: boolean }) {
  if (hold.openRefunds.length === 0) return null
  return (
    <Panel
      id="refunds"
      title="To give back by hand"
      intro="No card takes these. Give each back the way it came, then write down how."
    >
      <ul className="flex flex-col gap-6">
        {hold.openRefunds.map(({ choiceId, donationId, minor, why }) => (
          <li key={choiceId} className="flex flex-col gap-3 border-t border-rule pt-3">
            <p>
              <Money amountMinor={minor} currency={hold.currency} showCode />. {why}{' '}
              <a href={`/treasurer/donations/${donationId}`}>The gift</a>
            </p>
            {maySettle ? (
              <ActionForm
                action={settle.bind(null, hold.id)}
                submitLabel="It is settled"
                submitVariant="secondary"
                label="Settle this refund"
              >
                <HiddenField name="choiceId" value={choiceId} />
                <TextareaField name="note" label="How it was given back, or why it could not be" rows={2} />
              </ActionForm>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
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
