import { ActionForm } from '#components/ui/action-form.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { HiddenField } from '#components/ui/hidden-field.tsx'
import { RadioGroupField } from '#components/ui/radio-group-field.tsx'
import { TextareaField } from '#components/ui/textarea-field.tsx'
import { MatchReasons } from '#components/vetting/match-reasons.tsx'
import { languageOf } from '#components/vetting/written-in.ts'
import type { HitView } from '#lib/screening/list-hits.ts'
import { refuseAnswer } from '#lib/vetting/answer-hit.ts'
import { answerTo } from '../../actions.ts'
import type { DossierPage } from '../dossier-frame.tsx'

const ANSWER = {
  open: { tone: 'attention', word: 'Open' },
  second_word: { tone: 'attention', word: 'A second person has to say the same' },
  true_match: { tone: 'stopped', word: 'The same party' },
  false_positive: { tone: 'done', word: 'Another party' },
} as const

/** One hit: the two names side by side, why they came near each other, what people said, and the form to say it. */
export function HitItem({ hit, page }: { hit: HitView; page: DossierPage }) {
  const { tone, word } = ANSWER[hit.answer]
  return (
    <li
      id={`hit-${hit.hitKey}`}
      className="flex scroll-mt-4 flex-col gap-4 rounded-md border border-rule bg-sheet p-4 target:border-green"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h3 className="wrap-anywhere">
          <bdi lang={languageOf(hit.queryName)}>{hit.queryName}</bdi>
          <span className="font-sans text-base font-normal text-ink-soft"> came near </span>
          <bdi lang={languageOf(hit.matchedName)}>{hit.matchedName}</bdi>
        </h3>
        <Badge tone={tone}>{word}</Badge>
      </div>
      <div className="grid gap-6 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-2">
          <p className="figures font-semibold">
            {hit.blocks ? 'An identifier is equal' : `Nearness ${Math.round(hit.score * 100)} of 100`}
          </p>
          <MatchReasons reasons={hit.reasons} />
        </div>
        <Party hit={hit} />
      </div>
      {hit.dispositions.length > 0 ? (
        <ul className="flex flex-col gap-2 border-t border-rule pt-3">
          {hit.dispositions.map(({ verdict, reason, by, at }) => (
            <li key={`${at.toISOString()}${by}`} className="max-w-prose wrap-anywhere">
              <span className="font-semibold">{verdict === 'true_match' ? 'The same party' : 'Another party'}</span>,
              says {by} on <DateTime at={at} show="minute" />: <span className="whitespace-pre-wrap">{reason}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <AnswerForm hit={hit} page={page} />
    </li>
  )
}

function Party({ hit: { party, source, externalId } }: { hit: HitView }) {
  const entry = `${source.toUpperCase()}, entry ${externalId}`
  if (!party) return <p className="text-ink-soft">{entry}. The list it stood on is not kept here any more.</p>
  const facts: [string, string][] = [
    ['Entry', entry],
    ['Kind', party.kind],
    ['Names', party.names.map(({ name, kind }) => (kind === 'weak' ? `${name} (weak)` : name)).join('; ')],
    ['Programme', party.programs.join(', ')],
    ['Born', party.birthDates.join(', ')],
    ['Countries', party.countries.join(', ').toUpperCase()],
    ['Remarks', party.remarks ?? ''],
  ]
  return (
    <DefinitionList
      items={facts
        .filter(([, detail]) => detail !== '')
        .map(([term, detail]) => ({ term, key: term, detail: <span className="wrap-anywhere">{detail}</span> }))}
    />
  )
}

function AnswerForm({ hit, page: { actor, group } }: { hit: HitView; page: DossierPage }) {
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
      label={`Answer to ${hit.matchedName}`}
      className="mt-2 flex max-w-form flex-col gap-4"
    >
      <HiddenField name="aidGroupId" value={group.id} />
      <HiddenField name="hitKey" value={hit.hitKey} />
      <RadioGroupField
        name="verdict"
        label="Is it the same party?"
        options={[
          {
            value: 'false_positive',
            label: 'No, another party',
            ...(notFree ? { disabled: true, hint: notFree.message } : {}),
          },
          { value: 'true_match', label: 'Yes, the same party', hint: 'Stops money to the aid group at once.' },
        ]}
      />
      <TextareaField
        name="reason"
        label="Why"
        hint="What you compared: birth date, country, papers, photographs. It stays for ever."
        rows={3}
      />
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
