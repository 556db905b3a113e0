import { RichText } from '#components/campaigns/rich-text.tsx'
import { ActionForm } from '#components/ui/action-form.tsx'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { WaitingUpdate } from '#lib/campaigns/types.ts'
import { reviewNews } from './actions.ts'

const VERDICTS = [
  { value: 'allowed', label: 'It is for aid', hint: 'Donors read it at once.' },
  { value: 'refused', label: 'It may serve a war', hint: 'It never becomes public. Its author may write another one.' },
]

/** News of a campaign that names what can also serve a war, as donors would read it, for another person than its author. */
export function WaitingNews({ update }: { update: WaitingUpdate }) {
  const { id, title, bodyHtml, dualUse, campaignTitle, author, publishedAt, refusal } = update
  return (
    <Panel id={`update-${id}`} title={`News of ${campaignTitle}`} look="sheet">
      <div className="flex flex-col gap-4">
        <p className="text-sm text-ink-soft">
          Written by {author} on <DateTime at={publishedAt} show="minute" />
        </p>
        <p>
          It names <mark>{dualUse.join(', ')}</mark>.
        </p>
        <h3>{title}</h3>
        <RichText safeHtml={bodyHtml} />
        {refusal ? (
          <p className="text-ink-soft">{refusal}</p>
        ) : (
          <ActionForm
            action={reviewNews}
            submitLabel="Record the decision"
            submitVariant="secondary"
            label={`Words of the update “${title}”`}
          >
            <HiddenField name="updateId" value={id} />
            <RadioGroupField name="verdict" label="What do you find?" options={VERDICTS} />
            <TextareaField
              name="reason"
              label="Why"
              hint="What it is used for, by whom, and how you know."
              rows={3}
              maxLength={1000}
            />
          </ActionForm>
        )}
      </div>
    </Panel>
  )
}
