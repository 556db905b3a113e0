import { Badge } from '#components/ui/badge.tsx'
import { languageOf } from '#components/vetting/written-in.ts'
import type { HitView } from '#lib/screening/list-hits.ts'
import type { DossierPage } from '../dossier-frame.tsx'
import { ANSWER_TONES, AnswerForm, Said } from './answer-form.tsx'

const ANSWERS = {
  open: 'Open',
  second_word: 'Open',
  true_match: 'On a list',
  false_positive: 'Read by a person',
} as const

/** A name that was compared with nothing: in which letters it is, what a person does about it, what people said. */
export function UnreadItem({ hit, page }: { hit: HitView; page: DossierPage }) {
  const scripts = hit.unreadScripts.join(', ')
  return (
    <li
      id={`hit-${hit.hitKey}`}
      className="flex scroll-mt-4 flex-col gap-4 rounded-md border border-rule bg-sheet p-4 target:border-green"
    >
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <h3 className="wrap-anywhere">
          <bdi lang={languageOf(hit.queryName)}>{hit.queryName}</bdi>
          <span className="font-sans text-base font-normal text-ink-soft"> was not compared: {scripts}</span>
        </h3>
        <Badge tone={ANSWER_TONES[hit.answer]}>{ANSWERS[hit.answer]}</Badge>
      </div>
      <p className="max-w-prose">
        We cannot read this script, so nobody was looked for under this name. Find out how it is written in Latin
        letters, see to it that the dossier has that spelling, and <a href="/vetting/lists#try">look it up</a>. The
        answer holds until a spelling of the same bearer changes; with no other spelling, until the next list.
      </p>
      <Said hit={hit} words={{ free: 'On no list', match: 'On a list' }} />
      <AnswerForm
        hit={hit}
        page={page}
        words={{
          label: `Answer to the name in ${scripts}`,
          question: 'Who is it?',
          free: 'Nobody on the lists',
          match: 'Somebody on a list',
          reasonHint:
            'How the name reads in Latin letters, who read it, and what the lists say to it. It stays for ever.',
        }}
      />
    </li>
  )
}
