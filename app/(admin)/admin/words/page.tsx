import type { Metadata } from 'next'
import { Alert } from '#components/ui/alert.tsx'
import { countWords, listWordChanges, listWords, trySentence } from '#lib/purposes/queries.ts'
import { wordKinds, wordLanguages } from '#lib/purposes/types.ts'
import { AdminDesk, currentAdmin } from '../../admin-desk.tsx'
import { SENTENCE_MAX, TrySentence } from './try-sentence.tsx'
import { AddWord, RetireWord } from './word-forms.tsx'
import { type Shown, WordHistory, WordList } from './word-tables.tsx'

export const metadata: Metadata = { title: 'Words' }

type Query = Partial<Record<'language' | 'kind' | 'sentence' | 'retire' | 'done', string | string[]>>

export default async function WordsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const actor = await currentAdmin('/admin/words')
  const query = await searchParams
  const shown = readShown(query)
  const sentence = textOf(query.sentence).slice(0, SENTENCE_MAX)
  const [words, counts, changes, findings] = await Promise.all([
    listWords(actor, shown),
    countWords(actor),
    listWordChanges(actor),
    sentence.trim() === '' ? null : trySentence(actor, sentence),
  ])
  const leaving = words.find(({ id, retired }) => id === query.retire && !retired)
  return (
    <AdminDesk title="Words" current="/admin/words" nextAction={{ kind: 'link', href: '#add', label: 'Add a word' }}>
      <p className="max-w-prose">
        Aid is humanitarian or medical only. Campaigns and payments are read against this list: some words are refused,
        some wait until another person has looked.
      </p>
      {query.done === 'retire' ? (
        <Alert kind="done">
          <p>It is off the list. Its history stays.</p>
        </Alert>
      ) : null}
      {leaving ? <RetireWord word={leaving} /> : null}
      <TrySentence sentence={sentence} findings={findings} keep={shown} />
      <AddWord {...shown} />
      <WordList words={words} shown={shown} counts={counts} />
      <WordHistory changes={changes} />
    </AdminDesk>
  )
}

function readShown({ language, kind }: Query): Shown {
  return {
    language: wordLanguages.find((known) => known === language) ?? 'en',
    kind: wordKinds.find((known) => known === kind) ?? 'prohibited',
  }
}

function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
