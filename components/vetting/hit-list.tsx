import type { ReactNode } from 'react'
import { Badge, type Tone } from '#components/ui/badge.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import type { ReasonWords } from '#lib/screening/describe-reasons.ts'
import type { HitAnswer, HitView } from '#lib/screening/list-hits.ts'
import { ANSWER_WORDS, percent, SOURCE_WORDS } from './hit-words.ts'
import { languageOf } from './written-in.ts'

type HitListProps = {
  hits: readonly HitView[]
  /** The form to answer an open hit with, or the sentence why this person cannot; nothing where nobody is asked here. */
  answerForm?: (hit: HitView) => ReactNode
  /** In the place of hits when there are none. */
  none: ReactNode
}

const TONES: Record<HitAnswer, Tone> = {
  open: 'attention',
  second_word: 'attention',
  false_positive: 'done',
  true_match: 'stopped',
}

/** The hits of a screening, each with why it is one, what the list says of the party, and what people answered. */
export function HitList({ hits, answerForm, none }: HitListProps) {
  if (hits.length === 0) return none
  return (
    <ul className="flex flex-col gap-4">
      {hits.map((hit) => (
        <li key={hit.hitKey} id={`hit-${hit.hitKey.slice(0, 12)}`}>
          <article className="flex flex-col gap-4 rounded-md border border-rule bg-sheet p-4 sm:p-5">
            <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
              <div className="min-w-0">
                <HitNames queried={hit.queryName} listed={hit.matchedName} />
                <p className="text-sm text-ink-soft">
                  {SOURCE_WORDS[hit.source]}, entry <span className="figures wrap-anywhere">{hit.externalId}</span>
                </p>
              </div>
              <p className="flex flex-wrap items-center gap-3">
                <span className="figures text-lg font-semibold">{percent(hit.score)}</span>
                <Badge tone={TONES[hit.answer]}>{ANSWER_WORDS[hit.answer]}</Badge>
              </p>
            </header>
            {hit.blocks ? (
              <p className="border-l-6 border-marigold bg-marigold-wash px-4 py-2">
                An identifier is equal. Two different people have to say that it is another party.
              </p>
            ) : null}
            <Reasons words={hit.words} />
            <ListedParty hit={hit} />
            <Answers hit={hit} />
            {answerForm ? answerForm(hit) : null}
          </article>
        </li>
      ))}
    </ul>
  )
}

/** What was looked for, and the listed name nearest to it. */
export function HitNames({ queried, listed }: { queried: string; listed: string }) {
  return (
    <p className="font-serif text-lg font-semibold">
      <bdi lang={languageOf(queried)} className="wrap-anywhere">
        {queried}
      </bdi>{' '}
      <span className="font-sans text-sm font-normal text-ink-soft">is like</span>{' '}
      <bdi lang={languageOf(listed)} className="wrap-anywhere">
        {listed}
      </bdi>
    </p>
  )
}

/** What speaks for the same party and what against it, side by side. */
export function Reasons({ words: { for: speaksFor, against } }: { words: ReasonWords }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <ReasonColumn title="Why it matched" lines={speaksFor} none="Nothing was written down." />
      <ReasonColumn title="What speaks against it" lines={against} none="Nothing that we compare." />
    </div>
  )
}

function ReasonColumn({ title, lines, none }: { title: string; lines: readonly string[]; none: string }) {
  return (
    <div>
      <p className="font-semibold">{title}</p>
      {lines.length === 0 ? (
        <p className="text-ink-soft">{none}</p>
      ) : (
        <ul className="list-disc pl-5">
          {lines.map((line) => (
            <li key={line} className="wrap-anywhere">
              {line}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

function ListedParty({ hit: { party } }: { hit: HitView }) {
  if (!party) return null
  const facts = [
    ['Other names', party.names.map(({ name }) => name).join(' · ')],
    ['Born', party.birthDates.join(', ')],
    ['Countries', party.countries.join(', ')],
    ['Programmes', party.programs.join(', ')],
    ['Remarks', party.remarks ?? ''],
  ].filter(([, text]) => text !== '')
  return (
    <details>
      <summary className="min-h-11 cursor-pointer py-2 font-semibold text-green">
        What the list says of this party
      </summary>
      <dl className="border-t border-rule">
        {facts.map(([term, text]) => (
          <div key={term} className="grid gap-x-6 border-b border-rule py-2 sm:grid-cols-[8rem_1fr]">
            <dt className="text-ink-soft">{term}</dt>
            <dd className="min-w-0 wrap-anywhere">
              <bdi>{text}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function Answers({ hit: { dispositions } }: { hit: HitView }) {
  if (dispositions.length === 0) return null
  return (
    <ul className="flex flex-col gap-2 border-t border-rule pt-3">
      {dispositions.map(({ verdict, reason, by, byId, at }) => (
        <li key={`${byId}-${at.getTime()}`}>
          <span className="font-semibold">{ANSWER_WORDS[verdict]}</span>, {by}, <DateTime at={at} show="minute" />:{' '}
          <span className="wrap-anywhere">{reason}</span>
        </li>
      ))}
    </ul>
  )
}
