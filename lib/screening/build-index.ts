import { setImmediate } from 'node:timers/promises'
import { type PreparedName, type PreparedSpelling, prepareName, type Token, type Vocabulary } from './prepare-name.ts'
import { sumWeights } from './score-names.ts'
import type { ListedEntry, ListedNameKind } from './types.ts'

/** One listed name. */
type IndexedName = { party: number; name: string; kind: ListedNameKind; prepared: PreparedName }
/** One spelling of one listed name, and what its words weigh together; postings point here. */
type IndexedSpelling = { name: number; spelling: PreparedSpelling; weight: number }

export type ScreeningIndex = {
  parties: ListedEntry[]
  names: IndexedName[]
  spellings: IndexedSpelling[]
  vocabulary: Token[]
  wordLengths: Uint8Array
  /** Place of a word in the vocabulary. */
  wordOf: Map<string, number>
  /** Spellings each word stands in. */
  postings: Int32Array[]
  /** Words by each two neighbouring letters of their spelling. */
  wordsByBigram: Map<string, Int32Array>
  wordsByFold: Map<string, Int32Array>
  wordsBySkeleton: Map<string, Int32Array>
  /** Parties by an identifier, only its letters and digits. */
  partiesByIdentifier: Map<string, { party: number; type: string }[]>
}

/** After so many names or words the one who builds may give others their turn: some milliseconds of work. */
const SLICE = 25

/** Prepares lists for searching: about 25,000 names take a second and some 60 MB. Entries are kept, not copied. */
export function buildIndex(entries: Iterable<ListedEntry>): ScreeningIndex {
  const building = buildInSteps(entries)
  for (;;) {
    const step = building.next()
    if (step.done) return step.value
  }
}

/** The same index, built in slices between which requests are answered: for a process that somebody waits for. */
export async function buildIndexInTurns(entries: Iterable<ListedEntry>): Promise<ScreeningIndex> {
  const building = buildInSteps(entries)
  for (;;) {
    const step = building.next()
    if (step.done) return step.value
    await setImmediate()
  }
}

function* buildInSteps(entries: Iterable<ListedEntry>): Generator<void, ScreeningIndex> {
  const parties: ListedEntry[] = []
  const names: IndexedName[] = []
  const spellings: IndexedSpelling[] = []
  const partiesByIdentifier = new Map<string, { party: number; type: string }[]>()
  const vocabulary: Vocabulary = new Map()
  for (const entry of entries) {
    const party = parties.push(entry) - 1
    for (const { name, kind } of entry.names) {
      const prepared = prepareName(name, vocabulary)
      const place = names.push({ party, name, kind, prepared }) - 1
      if (place % SLICE === 0) yield
      for (const spelling of prepared.spellings)
        spellings.push({ name: place, spelling, weight: sumWeights(spelling.tokens) })
    }
    for (const { type, value } of entry.identifiers)
      append(partiesByIdentifier, normalizeIdentifier(value), { party, type })
  }
  return { parties, names, spellings, partiesByIdentifier, ...(yield* indexWords(spellings)) }
}

/** Letters and digits only, so that "AB 12-34" and "ab1234" are one. '' when too short to tell anybody apart. */
export function normalizeIdentifier(value: string): string {
  const bare = value
    .slice(0, 200)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  return bare.length < 5 ? '' : bare
}

/** Neighbouring letters of a word, its ends marked. */
export function bigramsOf(word: string): string[] {
  const padded = `^${word}$`
  const bigrams: string[] = []
  for (let at = 0; at < padded.length - 1; at += 1) bigrams.push(padded.slice(at, at + 2))
  return bigrams
}

function* indexWords(spellings: readonly IndexedSpelling[]) {
  const vocabulary: Token[] = []
  const wordOf = new Map<string, number>()
  const postings: number[][] = []
  for (const [place, { spelling }] of spellings.entries()) {
    if (place % SLICE === 0) yield
    for (const token of new Set(spelling.tokens)) {
      let word = wordOf.get(token.text)
      if (word === undefined) {
        word = vocabulary.push(token) - 1
        wordOf.set(token.text, word)
        postings.push([])
      }
      postings[word]?.push(place)
    }
  }
  const wordsByBigram = new Map<string, number[]>()
  const wordsByFold = new Map<string, number[]>()
  const wordsBySkeleton = new Map<string, number[]>()
  for (const [word, token] of vocabulary.entries()) {
    if (word % SLICE === 0) yield
    for (const bigram of new Set(bigramsOf(token.text))) append(wordsByBigram, bigram, word)
    append(wordsByFold, token.fold, word)
    append(wordsBySkeleton, token.skeleton, word)
    if (token.group !== '') append(wordsByFold, `=${token.group}`, word)
  }
  yield
  const words = { wordsByBigram: packed(wordsByBigram) }
  yield
  const sounds = { wordsByFold: packed(wordsByFold), wordsBySkeleton: packed(wordsBySkeleton) }
  yield
  return {
    wordLengths: Uint8Array.from(vocabulary, ({ text }) => Math.min(255, text.length)),
    ...{ vocabulary, wordOf, postings: postings.map((places) => Int32Array.from(places)) },
    ...words,
    ...sounds,
  }
}

function append<Item>(map: Map<string, Item[]>, key: string, item: Item): void {
  if (key === '') return
  const items = map.get(key)
  if (items) items.push(item)
  else map.set(key, [item])
}

function packed(map: Map<string, number[]>): Map<string, Int32Array> {
  return new Map(Array.from(map, ([key, places]) => [key, Int32Array.from(places)]))
}
