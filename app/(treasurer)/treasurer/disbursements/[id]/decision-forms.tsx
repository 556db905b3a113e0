import type { ReactNode } from 'react'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Alert } from '#components/ui/alert.tsx'
import { Panel } from '#components/ui/card.tsx'
import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { MoneyField } from '#components/ui/money-field.tsx'
import { SubmitButton } from '#components/ui/submit-button.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { UserActor } from '#lib/auth/types.ts'
import type { DisbursementView } from '#lib/disbursements/types.ts'
import { formatMoney } from '#lib/money/format.ts'
import { approve, cancel, reject, release, returned, start } from './actions.ts'

/** Which disbursement, and as it was when the person looked at it. */
export function Subject({ view }: { view: DisbursementView }) {
  return (
    <>
      <HiddenField name="disbursementId" value={view.id} />
      <HiddenField name="version" value={String(view.version)} />
    </>
  )
}

/** The approval is one button: everything there is to read stands on the page around it. */
export function ApproveForm({ view }: { view: DisbursementView }) {
  return (
    <ActionForm action={approve} label="Approve" className="flex max-w-80 flex-col gap-2">
      <Subject view={view} />
      <SubmitButton>Approve {formatMoney(view.amountMinor, view.currency)}</SubmitButton>
    </ActionForm>
  )
}

type ReasonFormProps = {
  children?: ReactNode
  view: DisbursementView
  id: string
  title: string
  intro: string
  action: FormAction
  submitLabel: string
}

/** A decision that needs a reason, closed until somebody wants it: the page has one main action and this is not it. */
function ReasonForm({ view, id, title, intro, action, submitLabel, children }: ReasonFormProps) {
  return (
    <details id={id} className="border-t border-rule py-2">
      <summary className="min-h-11 cursor-pointer py-2 font-semibold text-green">{title}</summary>
      <div className="flex flex-col gap-4 py-2">
        <p className="max-w-prose">{intro}</p>
        <ActionForm action={action} submitLabel={submitLabel} submitVariant="secondary" label={title}>
          <Subject view={view} />
          <TextareaField name="reason" label="Why" rows={2} maxLength={1000} />
          {children}
        </ActionForm>
      </div>
    </details>
  )
}

export function RejectForm({ view }: { view: DisbursementView }) {
  return (
    <ReasonForm
      view={view}
      id="reject"
      title="Reject"
      intro="It ends here. The requester reads your reason and may ask again."
      action={reject}
      submitLabel="Reject this request"
    />
  )
}

export function CancelForm({ view }: { view: DisbursementView }) {
  return (
    <ReasonForm
      view={view}
      id="cancel"
      title="Cancel"
      intro="It ends here and what was promised is free again. Do not cancel when the bank may already have the wire."
      action={cancel}
      submitLabel="Cancel this disbursement"
    >
      {view.sending ? (
        <CheckboxField
          name="nothingLeft"
          label={`I looked at the bank’s statement: nothing with ${view.paymentReference} left.`}
        />
      ) : null}
    </ReasonForm>
  )
}

export function ReturnForm({ view }: { view: DisbursementView }) {
  return (
    <ReasonForm
      view={view}
      id="return"
      title="The wire came back"
      intro="The money is in the fund again; the bank’s fee stays spent. Check the bank’s statement first."
      action={returned}
      submitLabel="Record the returned wire"
    />
  )
}

/** Two steps, in this order: say that you are making the wire, make it at the bank, record its reference. */
export function WirePanel({ view, actor, shut }: { view: DisbursementView; actor: UserActor; shut: string | null }) {
  const { sending } = view
  const byOther = sending !== null && sending.byId !== actor.userId
  return (
    <Panel
      id="wire"
      title="Make the wire and record it"
      look="sheet"
      intro={`Write ${view.paymentReference} on the wire, so that the bank's line can be found again.`}
    >
      {byOther ? (
        <Alert kind="attention" title={`${sending.by} is already making this wire`} className="mb-6">
          <p>
            They said so on <DateTime at={sending.at} show="minute" />. Look for {view.paymentReference} on the bank’s
            statement and ask them before you send anything: two wires cannot be undone.
          </p>
        </Alert>
      ) : null}
      {sending === null ? (
        <ActionForm
          action={start}
          submitLabel="I am making this wire now"
          submitVariant="secondary"
          label="Begin the wire"
          className="mb-8 flex max-w-form flex-col gap-3"
        >
          <p>First tell the others, so that nobody sends it a second time. Then make the wire at the bank.</p>
          <Subject view={view} />
        </ActionForm>
      ) : null}
      {sending !== null && !byOther ? (
        <p className="mb-6 max-w-prose">
          You began this wire on <DateTime at={sending.at} show="minute" />. If you do not remember whether you sent it,
          look for {view.paymentReference} on the bank’s statement first.
        </p>
      ) : null}
      {sending !== null && shut ? (
        <Alert kind="attention" title="A gate shut after this wire was begun" className="mb-6">
          <p>
            {shut} Send nothing now. What the bank sent before is recorded by another treasurer than{' '}
            {byOther ? sending.by : 'you'}, who looks at its statement first.
          </p>
        </Alert>
      ) : null}
      {sending !== null && shut && !byOther ? null : (
        <ActionForm action={release} submitLabel="Record the wire" label="Record the wire">
          <Subject view={view} />
          <TextField
            name="wireReference"
            label="Wire reference"
            hint="From the bank’s confirmation: 4 to 40 letters, digits, hyphens or slashes."
            autoComplete="off"
            spellCheck={false}
            maxLength={60}
          />
          <MoneyField
            name="transferFee"
            label="The bank’s fee for the wire"
            hint="Leave it empty when the bank took none."
            optional
            currency={view.currency}
          />
          {byOther ? (
            <CheckboxField
              name="takeOver"
              label={`I looked at the bank’s statement: ${sending.by} sent no wire with ${view.paymentReference}, or this is that wire.`}
            />
          ) : null}
          {sending !== null && shut ? <LeftBefore /> : null}
        </ActionForm>
      )}
    </Panel>
  )
}

/** For the second person, who writes down a wire that left before a gate shut. */
function LeftBefore() {
  return (
    <>
      <CheckboxField
        name="leftBefore"
        label="I did not begin this wire, and the bank’s statement shows that the money left before. Write it down with this reason."
      />
      <TextField
        name="leftReason"
        label="What the bank’s statement shows"
        hint="The day and the line. Treasurers and reviewers get a mail."
        maxLength={1000}
      />
    </>
  )
}
