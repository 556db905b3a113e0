import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import type { FormAction } from '#components/ui/form-state.ts'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { TextField } from '#components/ui/text-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { CampaignActions } from '#lib/campaigns/types.ts'
import { close, pause, postUpdate, resume, settle } from '../actions.ts'

type Step = { event: 'pause' | 'resume' | 'close' | 'settle'; title: string; intro: string; action: FormAction }

const STEPS: Step[] = [
  { event: 'resume', title: 'Let it go on', intro: 'Gifts are taken again at once.', action: resume },
  {
    event: 'pause',
    title: 'Pause',
    intro: 'No gifts are taken until it goes on. Donors see that it is paused.',
    action: pause,
  },
  {
    event: 'close',
    title: 'Close',
    intro: 'No more gifts, for good. A closed campaign cannot be opened again.',
    action: close,
  },
  {
    event: 'settle',
    title: 'Settle',
    intro: 'Closes the books. Possible when nothing is left, promised or on its way.',
    action: settle,
  },
]

/** The steps that follow from the present state, each with its reason; for those of another role, why not. */
export function StepForms({ campaignId, actions }: { campaignId: string; actions: CampaignActions }) {
  const open = STEPS.filter(({ event }) => actions[event]?.code !== 'wrong_state')
  if (open.length === 0) return null
  return (
    <Panel id="steps" title="Change its state">
      <div className="flex flex-col gap-4">
        {open.map(({ event, title, intro, action }) => (
          <details
            key={event}
            id={event}
            className="border-b border-rule pb-4"
            open={event === 'resume' || event === 'settle'}
          >
            <summary className="min-h-8">{title}</summary>
            <div className="mt-2 flex flex-col gap-3">
              <p className="max-w-prose text-ink-soft">{intro}</p>
              {actions[event] ? (
                <p>{actions[event].message}</p>
              ) : (
                <ActionForm action={action} submitLabel={title} submitVariant="secondary" label={title}>
                  <HiddenField name="campaignId" value={campaignId} />
                  <TextareaField name="reason" label="Reason" hint="It stays in the history for ever." rows={2} />
                </ActionForm>
              )}
            </div>
          </details>
        ))}
      </div>
    </Panel>
  )
}

/** Tells donors what happened since. */
export function UpdateForm({ campaignId }: { campaignId: string }) {
  return (
    <ActionForm action={postUpdate} submitLabel="Publish update" label="Post an update">
      <HiddenField name="campaignId" value={campaignId} />
      <TextField name="title" label="Title" hint="What happened: “First delivery arrived”." />
      <TextareaField
        name="body"
        label="Update"
        hint="Published at once and never changed; a correction is another update. News of goods that can also serve a war waits for another person. Markdown works."
        rows={6}
      />
    </ActionForm>
  )
}
