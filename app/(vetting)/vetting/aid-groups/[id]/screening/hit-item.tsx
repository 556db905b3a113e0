import { Badge } from '#components/ui/badge.tsx'
import { DefinitionList } from '#components/ui/definition-list.tsx'
import { MatchReasons } from '#components/vetting/match-reasons.tsx'
import { languageOf } from '#components/vetting/written-in.ts'
import type { HitView } from '#lib/screening/list-hits.ts'
import type { DossierPage } from '../dossier-frame.tsx'
import { ANSWER_TONES, AnswerForm, Said } from './answer-form.tsx'

const ANSWERS = {
  open: 'Open',
  second_word: 'A second person has to say the same',
  true_match: 'The same party',
  false_positive: 'Another party',
} as const

/** One hit: the two names side by side, why they came near each other, what people said, and the form to say it. */
export function HitItem({ hit, page }: { hit: HitView; page: DossierPage }) {
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
        <Badge tone={ANSWER_TONES[hit.answer]}>{ANSWERS[hit.answer]}</Badge>
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
      <Said hit={hit} words={{ free: 'Another party', match: 'The same party' }} />
      <AnswerForm
        hit={hit}
        page={page}
        words={{
          label: `Answer to ${hit.matchedName}`,
          question: 'Is it the same party?',
          free: 'No, another party',
          match: 'Yes, the same party',
          reasonHint: 'What you compared: birth date, country, papers, photographs. It stays for ever.',
        }}
      />
    </li>
  )
}

function Party({ hit: { party, source, externalId } }: { hit: HitView }) {
  const entry = `${source?.toUpperCase() ?? ''}, entry ${externalId}`
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
