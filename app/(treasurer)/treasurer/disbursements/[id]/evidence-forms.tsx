import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateField } from '#components/ui/date-field.tsx'
import { FileField } from '#components/ui/file-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { SelectField } from '#components/ui/select-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { now } from '#lib/clock.ts'
import type { DisbursementView } from '#lib/disbursements/types.ts'
import { confirm, evidence } from './actions.ts'
import { Subject } from './decision-forms.tsx'

/** The aid group has the money. Without evidence yet, the first file comes with the confirmation. */
export function ConfirmPanel({ view }: { view: DisbursementView }) {
  return (
    <Panel
      id="confirm"
      title="Confirm that the money arrived"
      look="sheet"
      intro="Do it when the aid group has told you. The evidence is public from then on, or as late as the aid group needs."
    >
      <ActionForm action={confirm} submitLabel="Confirm receipt" label="Confirm receipt">
        <Subject view={view} />
        {view.evidence.length === 0 ? <EvidenceFields view={view} prefix="evidence." /> : null}
      </ActionForm>
    </Panel>
  )
}

/** One more file. */
export function AddEvidenceForm({ view }: { view: DisbursementView }) {
  return (
    <details id="add-evidence" className="border-t border-rule py-2">
      <summary className="min-h-11 cursor-pointer py-2 font-semibold text-green">Add evidence</summary>
      <div className="py-2">
        <ActionForm action={evidence} submitLabel="Add this file" submitVariant="secondary" label="Add evidence">
          <HiddenField name="disbursementId" value={view.id} />
          <EvidenceFields view={view} prefix="" />
        </ActionForm>
      </div>
    </details>
  )
}

function EvidenceFields({ view, prefix }: { view: DisbursementView; prefix: string }) {
  return (
    <>
      <FileField
        name={`${prefix}file`}
        label="File"
        hint="PDF, JPEG, PNG or WebP, at most 10 MB. Place and camera are removed from photographs. A PDF keeps what its program wrote into it, such as an author’s name: print it to PDF again, or send a picture. Never a face without consent, never a place that could be hit."
        accept="application/pdf,image/jpeg,image/png,image/webp"
      />
      <TextField name={`${prefix}caption`} label="What it shows" maxLength={300} />
      <DateField name={`${prefix}takenOn`} label="On which day" max={now().toISOString().slice(0, 10)} />
      <SelectField
        name={`${prefix}lineId`}
        label="Which line it is for"
        placeholder="All lines"
        options={view.lines.map((line) => ({ value: line.id, label: `${line.position}. ${line.description}` }))}
      />
    </>
  )
}
