import { KIND_NAMES, LANGUAGE_NAMES } from '#components/purposes/word-names.ts'
import { Panel } from '#components/ui/card.tsx'
import { DateTime } from '#components/ui/date-time.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Table } from '#components/ui/table.tsx'
import { Tabs } from '#components/ui/tabs.tsx'
import {
  type WordChangeView,
  type WordKind,
  type WordLanguage,
  type WordView,
  wordKinds,
  wordLanguages,
} from '#lib/purposes/types.ts'

export type Shown = { language: WordLanguage; kind: WordKind }
type Counts = readonly { language: string; kind: string; count: number }[]

const pathOf = ({ language, kind }: Shown) => `/admin/words?language=${language}&kind=${kind}`

export function WordList({ words, shown, counts }: { words: readonly WordView[]; shown: Shown; counts: Counts }) {
  const count = (wanted: Partial<Shown>) =>
    counts
      .filter(({ language, kind }) => (wanted.language ?? language) === language && (wanted.kind ?? kind) === kind)
      .reduce((sum, group) => sum + group.count, 0)
  return (
    <Panel id="list" title="The list" intro="A text is read in all four languages, whatever language it is in.">
      <div className="mb-4 flex flex-col gap-2">
        <Tabs
          label="Language"
          current={pathOf(shown)}
          tabs={wordLanguages.map((language) => ({
            label: LANGUAGE_NAMES[language],
            href: pathOf({ ...shown, language }),
            count: count({ language }),
          }))}
        />
        <Tabs
          label="What happens"
          current={pathOf(shown)}
          tabs={wordKinds.map((kind) => ({
            label: KIND_NAMES[kind],
            href: pathOf({ ...shown, kind }),
            count: count({ ...shown, kind }),
          }))}
        />
      </div>
      {words.length === 0 ? <EmptyState title="Nothing yet">Add the first above.</EmptyState> : null}
      {[...Map.groupBy(words, ({ category }) => category)].map(([category, entries]) => (
        <details key={category} className="border-b border-rule py-2">
          <summary className="min-h-11 cursor-pointer py-2">
            <span className="font-semibold">{category}</span>
            <span className="figures ml-2 text-sm text-ink-soft">{entries.length}</span>
          </summary>
          <Entries category={category} entries={entries} shown={shown} />
        </details>
      ))}
    </Panel>
  )
}

type EntriesProps = { category: string; entries: readonly WordView[]; shown: Shown }

function Entries({ category, entries, shown }: EntriesProps) {
  return (
    <Table
      caption={`${LANGUAGE_NAMES[shown.language]}, ${KIND_NAMES[shown.kind].toLowerCase()}: ${category}`}
      captionHidden
      rows={entries}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'word',
          header: 'Word or phrase',
          cell: ({ word, language, minKilowatts, retired }) => (
            <>
              <span lang={language} className={retired ? 'line-through' : undefined}>
                {word}
              </span>
              {minKilowatts === null ? null : <span className="text-ink-soft"> from {minKilowatts} kW</span>}
            </>
          ),
        },
        { key: 'added', header: 'Added', cell: (word) => <Added word={word} /> },
        { key: 'act', header: 'On the list', cell: (word) => <OnTheList word={word} shown={shown} /> },
      ]}
    />
  )
}

function Added({ word: { addedBy, addedAt } }: { word: WordView }) {
  if (addedBy === null) return 'Built in'
  return (
    <>
      {addedBy}, <DateTime at={addedAt} show="short" />
    </>
  )
}

function OnTheList({ word, shown }: { word: WordView; shown: Shown }) {
  if (word.retired) {
    return (
      <>
        Off since <DateTime at={word.retired.at} show="short" />: {word.retired.reason} ({word.retired.by})
      </>
    )
  }
  return (
    <a href={`${pathOf(shown)}&retire=${word.id}#retire`}>
      Take off<span className="sr-only"> the list: {word.word}</span>
    </a>
  )
}

export function WordHistory({ changes }: { changes: readonly WordChangeView[] }) {
  return (
    <Panel id="history" title="What people changed" intro="The newest first. Nothing here can be changed or deleted.">
      <Table
        caption="Changes of the list"
        captionHidden
        rows={changes}
        rowKey={({ id }) => id}
        empty={<EmptyState title="Nothing yet">The list is as it came with the program.</EmptyState>}
        columns={[
          {
            key: 'what',
            header: 'What',
            cell: ({ change, word, language, kind }) =>
              `${change === 'added' ? 'Added' : 'Taken off'}: “${word}” (${LANGUAGE_NAMES[language]}, ${KIND_NAMES[kind].toLowerCase()})`,
          },
          { key: 'why', header: 'Why', cell: ({ reason }) => reason ?? '' },
          { key: 'who', header: 'Who', cell: ({ by }) => by ?? 'Built in' },
          { key: 'at', header: 'When', nowrap: true, cell: ({ at }) => <DateTime at={at} show="minute" /> },
        ]}
      />
    </Panel>
  )
}
