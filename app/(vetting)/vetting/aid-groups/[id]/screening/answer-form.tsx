import { ActionForm } from '#components/ui/action-form.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import type { HitView } from '#lib/screening/list-hits.ts'
import { refuseAnswer } from '#lib/vetting/answer-hit.ts'
import { answerTo } from '../../actions.ts'
import type { DossierPage } from '../dossier-frame.tsx'

/** What the two answers mean: to a hit on an entry, and to a name that could not be compared with any. */
export type AnswerWords = {
  label: string
  question: string
  free: string
  match: string
  reasonHint: string
}

export const ANSWER_TONES = {
  open: 'attention',
  second_word: 'attention',
  true_match: 'stopped',
  false_positive: 'done',
} as const

/** Everything people have said to a hit, oldest first. */
export function Said({ hit, words }: { hit: HitView; words: Pick<AnswerWords, 'free' | 'match'> }) {
  if (hit.dispositions.length === 0) return null
  return (
    <ul className="flex flex-col gap-2 border-t border-rule pt-3">
      {hit.dispositions.map(({ verdict, reason, by, at }) => (
        <li key={`${at.toISOString()}${by}`} className="max-w-prose wrap-anywhere">
          <span className="font-semibold">{verdict === 'true_match' ? words.match : words.free}</span>, says {by} on{' '}
          <DateTime at={at} show="minute" />: <span className="whitespace-pre-wrap">{reason}</span>
        </li>
      ))}
    </ul>
  )
}

/** The form for whoever may answer; for the others why they may not. */
export function AnswerForm({
  hit,
  page: { actor, group },
  words,
}: {
  hit: HitView
  page: DossierPage
  words: AnswerWords
}) {
  const said = hit.dispositions.toReversed().map(({ verdict, byId }) => ({ verdict, decidedById: byId }))
  const facts = { ...group, enteredBy: null }
  const refusal = refuseAnswer(actor, facts, { verdict: 'true_match', blocks: hit.blocks, said })
  if (refusal) return <p className="max-w-prose text-sm">{refusal.message}</p>
  const notFree = refuseAnswer(actor, facts, { verdict: 'false_positive', blocks: hit.blocks, said })
  const form = (
    <ActionForm
      action={answerTo}
      submitLabel="Keep this answer"
      submitVariant="secondary"
      label={words.label}
      className="mt-2 flex max-w-form flex-col gap-4"
    >
      <HiddenField name="aidGroupId" value={group.id} />
      <HiddenField name="hitKey" value={hit.hitKey} />
      <RadioGroupField
        name="verdict"
        label={words.question}
        options={[
          {
            value: 'false_positive',
            label: words.free,
            ...(notFree ? { disabled: true, hint: notFree.message } : {}),
          },
          { value: 'true_match', label: words.match, hint: 'Stops money to the aid group at once.' },
        ]}
      />
      <TextareaField name="reason" label="Why" hint={words.reasonHint} rows={3} />
    </ActionForm>
  )
  if (hit.answer === 'open' || hit.answer === 'second_word') return form
  return (
    <details>
      <summary className="min-h-8">Answer it anew</summary>
      {form}
    </details>
  )
}
