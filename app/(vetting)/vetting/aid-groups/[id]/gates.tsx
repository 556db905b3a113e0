import { ActionForm } from '#components/ui/action-form.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { GateMark, GateStrip } from '#components/vetting/gate-mark.tsx'
import { GATE_WORDS } from '#components/vetting/gate-words.ts'
import { languageOf } from '#components/vetting/written-in.ts'
import type { GateView } from '#lib/vetting/list-gates.ts'
import type { Refusal } from '#lib/vetting/types.ts'
import { record } from '../actions.ts'

type Props = {
  aidGroupId: string
  gates: readonly GateView[]
  names: Map<string, string>
  /** Why this person may not record a finding now, or null. */
  refusal: Refusal | null
}

/** Each gate of the approval: its state, what is missing, what was found and by whom, and the way to find it oneself. */
export function Gates({ aidGroupId, gates, names, refusal }: Props) {
  const met = gates.filter(({ state }) => state === 'green').length
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <GateStrip states={gates.map(({ state }) => state)} title="Gates of the approval" />
        <p className="figures font-semibold">
          {met} of {gates.length} met
        </p>
      </div>
      {refusal ? <p className="max-w-prose text-ink-soft">{refusal.message}</p> : null}
      <ol className="flex flex-col border-t border-ink">
        {gates.map((gate) => (
          <GateItem key={gate.gate} aidGroupId={aidGroupId} gate={gate} names={names} mayRecord={refusal === null} />
        ))}
      </ol>
    </div>
  )
}

type ItemProps = { aidGroupId: string; gate: GateView; names: Map<string, string>; mayRecord: boolean }

function GateItem({ aidGroupId, gate, names, mayRecord }: ItemProps) {
  const { title, place, ask } = GATE_WORDS[gate.gate]
  const { finding } = gate
  return (
    <li
      id={gate.gate}
      className="grid scroll-mt-4 gap-x-6 gap-y-2 border-b border-rule py-3 sm:grid-cols-[6rem_minmax(0,1fr)]"
    >
      <div>
        <GateMark state={gate.state} />
      </div>
      <div className="flex min-w-0 flex-col gap-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-4">
          <h3 className="text-base font-semibold">{title}</h3>
          <a href={`/vetting/aid-groups/${aidGroupId}${place}`} className="text-sm">
            See the facts<span className="sr-only"> for {title}</span>
          </a>
        </div>
        {gate.missing ? <p className="max-w-prose wrap-anywhere">{gate.missing}</p> : null}
        {finding ? (
          <p className="max-w-prose text-sm text-ink-soft wrap-anywhere">
            {finding.verdict === 'met' ? 'Found to be met' : 'Found to fail'} by{' '}
            {names.get(finding.foundById) ?? 'somebody'}, <DateTime at={finding.foundAt} show="short" />
            {finding.isCurrent ? '' : ', about an earlier state'}:{' '}
            <span lang={languageOf(finding.reason)}>{finding.reason}</span>
          </p>
        ) : null}
        {mayRecord ? (
          <details>
            <summary className="min-h-8">
              Record a finding<span className="sr-only"> on {title}</span>
            </summary>
            <p className="mt-2 max-w-prose">{ask}</p>
            <FindingForm aidGroupId={aidGroupId} gate={gate.gate} title={title} />
          </details>
        ) : null}
      </div>
    </li>
  )
}

/** Some gates keep a fact beside the reason: a licence, a classification. */
const DETAIL: Partial<Record<GateView['gate'], { name: string; label: string; hint: string }>> = {
  region: {
    name: 'detail.licenceBasis',
    label: 'Licence',
    hint: 'Only where a region is under an embargo: number, authority and what it allows.',
  },
  export_control: {
    name: 'detail.classification',
    label: 'Classification',
    hint: 'For example EAR99, or the number of the list and of the permit.',
  },
}

const RISKS = [
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium' },
  { value: 'high', label: 'High' },
]

function FindingForm({ aidGroupId, gate, title }: { aidGroupId: string; gate: GateView['gate']; title: string }) {
  const detail = DETAIL[gate]
  return (
    <ActionForm
      action={record}
      submitLabel="Record the finding"
      submitVariant="secondary"
      label={`Finding: ${title}`}
      className="mt-2 flex max-w-form flex-col gap-4"
    >
      <HiddenField name="aidGroupId" value={aidGroupId} />
      <HiddenField name="gate" value={gate} />
      <RadioGroupField
        name="verdict"
        label="What did you find?"
        options={[
          { value: 'met', label: 'It is met' },
          { value: 'failed', label: 'It fails' },
        ]}
      />
      {gate === 'risk_tier' ? (
        <RadioGroupField
          name="detail.riskTier"
          label="Risk"
          hint="The second reviewer may approve with a higher one, never with a lower one."
          options={RISKS}
        />
      ) : null}
      {detail ? <TextField name={detail.name} label={detail.label} hint={detail.hint} optional /> : null}
      <TextareaField
        name="reason"
        label="Why"
        hint="What you looked at and what it says. It stays in the history."
        rows={3}
      />
    </ActionForm>
  )
}
