import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { CheckboxField } from '#components/ui/checkbox-field.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { type ApprovalGateName, GATE_WORDS } from '#components/vetting/gate-words.ts'
import { db } from '#lib/db/client.ts'
import { listUnchangedFindings } from '#lib/vetting/confirm-findings.ts'
import { personNames } from '#lib/vetting/queries.ts'
import { refuseFinding } from '#lib/vetting/record-finding.ts'
import { confirm } from '../../actions.ts'
import type { DossierPage } from '../dossier-frame.tsx'

/** Findings whose facts are those of the last approval, to be said again in one go; each becomes a line of its own. */
export async function ConfirmUnchanged({ page: { actor, group } }: { page: DossierPage }) {
  const findings = await listUnchangedFindings(db(), group.id)
  if (findings.length === 0) return null
  const names = await personNames(
    db(),
    findings.map(({ foundById }) => foundById),
  )
  const refusal = refuseFinding(actor, { ...group, enteredBy: null })
  return (
    <Panel
      id="confirm"
      title="Confirm what is unchanged"
      intro="These gates rest on the same facts as when they were found to be met. Untick what you want to look at again."
    >
      {refusal ? (
        <p className="max-w-prose">{refusal.message}</p>
      ) : (
        <ActionForm action={confirm} submitLabel="Confirm these gates" label="Confirm unchanged gates">
          <HiddenField name="aidGroupId" value={group.id} />
          <fieldset className="flex flex-col">
            <legend className="font-semibold">Gates</legend>
            {findings.map(({ gate, reason, foundById, foundAt }) => (
              <CheckboxField
                key={gate}
                name="gates"
                value={gate}
                defaultChecked
                label={GATE_WORDS[gate as ApprovalGateName].title}
                hint={`${names.get(foundById) ?? 'Somebody'}, ${foundAt.toISOString().slice(0, 10)}: ${reason}`}
              />
            ))}
          </fieldset>
          <TextareaField
            name="reason"
            label="How you made sure"
            hint="Stands in each finding: for example, whom you called and when."
            rows={3}
          />
        </ActionForm>
      )}
    </Panel>
  )
}
