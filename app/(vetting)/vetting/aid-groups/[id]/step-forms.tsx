import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { MoneyField } from '#components/ui/money-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { GATE_WORDS } from '#components/vetting/gate-words.ts'
import type { UserActor } from '#lib/auth/types.ts'
import { now } from '#lib/clock.ts'
import { formatMoney } from '#lib/money/format.ts'
import type { GateView } from '#lib/vetting/list-gates.ts'
import { refuseStep } from '#lib/vetting/policy.ts'
import { PUBLISH_AFTER_DAYS_MAX } from '#lib/vetting/schema.ts'
import { approvalMonthsMax, canStep, capMinorMax } from '#lib/vetting/states.ts'
import type { AidGroupEvent, AidGroupForDesk, RiskTier } from '#lib/vetting/types.ts'
import { approve, move } from '../actions.ts'
import { capCurrencies } from '../read-approval.ts'

type Step = { event: AidGroupEvent; title: string; ask: string; hint: string }

const STEPS: Step[] = [
  { event: 'start_review', title: 'Take it on', ask: 'Why now', hint: 'For example: “Papers are complete”.' },
  {
    event: 'recommend',
    title: 'Ask for the second approval',
    ask: 'What was checked',
    hint: 'Papers, people, references, end use. The second reviewer reads it first.',
  },
  {
    event: 'renew',
    title: 'Review it again',
    ask: 'Why now',
    hint: 'Until it is approved again no money may be sent to it.',
  },
  { event: 'reinstate', title: 'Clear it', ask: 'Why it is clear', hint: 'A second reviewer then approves it again.' },
  { event: 'send_back', title: 'Give the review back', ask: 'What is missing', hint: 'The reviewer goes on.' },
  {
    event: 'suspend',
    title: 'Suspend',
    ask: 'Why',
    hint: 'Stops money to it at once. One person may do this; starting again takes two.',
  },
  {
    event: 'expire',
    title: 'Write down that it ended',
    ask: 'Note',
    hint: 'Its date has passed; money has stopped already.',
  },
  { event: 'reject', title: 'Reject', ask: 'Why', hint: 'Final: a changed group is nominated anew.' },
  { event: 'withdraw', title: 'Withdraw', ask: 'Why', hint: 'Final: it can be nominated anew.' },
]

type Props = { actor: UserActor; group: AidGroupForDesk; gates: readonly GateView[]; currency: string }

/** The steps that follow from the present state, each with its reason; for those who may not, why not. */
export function StepForms({ actor, group, gates, currency }: Props) {
  const steps = STEPS.filter(
    ({ event }) => canStep(group.status, event) && refuseStep(actor, group, event, now())?.code !== 'wrong_state',
  )
  const canApprove = canStep(group.status, 'approve')
  if (steps.length === 0 && !canApprove) return null
  return (
    <Panel id="steps" title="What can be done">
      <div className="flex flex-col gap-4">
        {canApprove ? <Approval actor={actor} group={group} gates={gates} currency={currency} /> : null}
        {steps.map((step, position) => (
          <details
            key={step.event}
            id={step.event}
            open={!canApprove && position === 0 && step.event !== 'suspend'}
            className="border-b border-rule pb-4"
          >
            <summary className="min-h-8">{step.title}</summary>
            <StepForm step={step} actor={actor} group={group} />
          </details>
        ))}
      </div>
    </Panel>
  )
}

function StepForm({ step, actor, group }: Pick<Props, 'actor' | 'group'> & { step: Step }) {
  const refusal = refuseStep(actor, group, step.event, now())
  if (refusal) return <p className="mt-2 max-w-prose">{refusal.message}</p>
  return (
    <ActionForm
      action={move}
      submitLabel={step.title}
      submitVariant="secondary"
      label={step.title}
      className="mt-2 flex max-w-form flex-col gap-4"
    >
      <HiddenField name="aidGroupId" value={group.id} />
      <HiddenField name="event" value={step.event} />
      <TextareaField name="reason" label={step.ask} hint={step.hint} rows={3} />
    </ActionForm>
  )
}

const TIERS: { value: RiskTier; label: string; why: string }[] = [
  { value: 'low', label: 'Low', why: 'Known for years, complete papers, stable region' },
  { value: 'medium', label: 'Medium', why: 'The usual case' },
  { value: 'high', label: 'High', why: 'New, close to fighting, or handling dual-use items' },
]

function Approval({ actor, group, gates, currency }: Props) {
  const shut = gates.filter(({ state }) => state !== 'green')
  const refusal = refuseStep(actor, group, 'approve', now())
  return (
    <div id="approve" className="flex flex-col gap-4 border-b border-rule pb-6">
      <h3>Second approval</h3>
      {refusal ? (
        <p className="max-w-prose">{refusal.message}</p>
      ) : shut.length > 0 ? (
        <ShutGates gates={shut} />
      ) : (
        <ActionForm action={approve} submitLabel="Approve" label="Second approval">
          <HiddenField name="aidGroupId" value={group.id} />
          <RadioGroupField
            name="riskTier"
            label="Risk"
            hint="Sets how long the approval lasts at most, and how much may be sent under it. Not lower than the reviewer found."
            options={TIERS.map(({ value, label, why }) => ({
              value,
              label,
              hint: `${why}. Up to ${approvalMonthsMax[value]} months and ${formatMoney(capMinorMax(value, currency), currency)}.`,
            }))}
          />
          <DateField
            name="until"
            label="Approved until"
            optional
            hint="Leave empty for the longest time the risk allows."
          />
          <fieldset className="flex flex-col gap-3">
            <legend className="mb-1.5 font-semibold">Cap</legend>
            <p className="text-sm text-ink-soft">
              No more than this is sent to it under this approval, in each currency. In a currency left empty nothing
              can be sent; with all of them empty it is what the risk allows in {currency}.
            </p>
            {capCurrencies(currency).map((code) => (
              <MoneyField key={code} name={`cap.${code}`} label={`In ${code}`} currency={code} optional />
            ))}
          </fieldset>
          <TextareaField
            name="conditions"
            label="Conditions"
            optional
            hint="What the group must do for the approval to hold."
            rows={2}
          />
          <TextField
            name="publishAfterDays"
            label="Days until a payment becomes public"
            hint={`Where being known to have received aid puts people at risk: so many days after the wire everybody learns whom it went to, for what, and what proves it. Until then they see its amount and month. 0 to ${PUBLISH_AFTER_DAYS_MAX}.`}
            defaultValue={String(group.publishAfterDays)}
            inputMode="numeric"
            width="tiny"
          />
          <TextareaField name="reason" label="What you checked" hint="It stays in the history." rows={3} />
        </ActionForm>
      )}
    </div>
  )
}

/** In the place of the form: what has to happen before anybody can approve. */
function ShutGates({ gates }: { gates: readonly GateView[] }) {
  return (
    <div className="flex flex-col gap-2">
      <p className="max-w-prose">
        The approval has to wait for {gates.length === 1 ? 'one gate' : `${gates.length} gates`}. Give the review back,
        or wait until the reviewer has closed them.
      </p>
      <ul className="flex flex-col gap-1">
        {gates.map(({ gate, missing }) => (
          <li key={gate} className="max-w-prose wrap-anywhere">
            <a href={`#${gate}`}>{GATE_WORDS[gate].title}</a>: {missing}
          </li>
        ))}
      </ul>
    </div>
  )
}
